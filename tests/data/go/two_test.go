package two

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkOwnUnit(b *testing.B) {
	for i := 0; i < b.N; i++ {
		_ = strings.ToLower("ABC")
	}
}

func BenchmarkTalks(b *testing.B) {
	fmt.Println("starting with", b.N)
	for i := 0; i < b.N; i++ {
		_ = strings.ToLower("ABC")
	}
}

func BenchmarkFails(b *testing.B) {
	b.Fatal("no")
}
