package one

import (
	"strings"
	"testing"
)

func BenchmarkRepeat(b *testing.B) {
	for _, n := range []string{"short", "long"} {
		b.Run("text="+n, func(b *testing.B) {
			b.SetBytes(int64(len(n)))
			for i := 0; i < b.N; i++ {
				_ = strings.Repeat(n, 100)
			}
		})
	}
}

func BenchmarkOwnUnit(b *testing.B) {
	for i := 0; i < b.N; i++ {
		_ = strings.ToUpper("abc")
	}
	b.ReportMetric(7, "widgets/op")
}
