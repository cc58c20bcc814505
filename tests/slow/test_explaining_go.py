"""Why a Go benchmark is slower: the function that explains it, from Go's own profiles of both sides."""

from __future__ import annotations

import json
import shutil
import subprocess
from io import StringIO
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from reporter.cli import main
from tests.measure_plans import ROOT
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed: apt-get install golang-go")
SCHEMA = json.loads((ROOT / "schemas" / "profile-v1.json").read_text(encoding="utf-8"))
WORDS = """package kit

import "strings"

func normal(word string) string {
	return strings.TrimSuffix(strings.ToLower(word), "s")
}

func seen(words []string, word string) bool {
	for _, each := range words {
		if each == word {
			return true
		}
	}
	return false
}

func Distinct(text string) []string {
	found := []string{}
	for _, word := range strings.Fields(text) {
		if each := normal(word); !seen(found, each) {
			found = append(found, each)
		}
	}
	return found
}
"""
TESTS = """package kit

import (
	"strings"
	"testing"
)

func BenchmarkDistinct(b *testing.B) {
	text := strings.Repeat("Some words that are looked for ", 20)
	b.Run("words=1", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			Distinct("Some")
		}
	})
	b.Run("words=120", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			Distinct(text)
		}
	})
}
"""
LONGER = (
    "for at := 0; at < 40*len(words); at++ {\n"
    "\t\teach := words[at%len(words)]\n\t\tif each == word && at > 39*len(words) {"
)
SLOWER = WORDS.replace("for _, each := range words {\n\t\tif each == word {", LONGER)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    files = {"go.mod": "module example.test/shop\n\ngo 1.19\n", "kit/words.go": WORDS, "kit/words_test.go": TESTS}
    made = new_project(tmp_path, files, {"kit/words.go": SLOWER})
    monkeypatch.chdir(made.tree)
    return made


def test_the_function_that_became_slower_is_named(project: Project) -> None:
    """With ``run`` it is the same look; what pprof says of the samples agrees."""
    stdout, stderr, root = StringIO(), StringIO(), project.folder / "root"
    command = "go test -run='^$' -bench=. ./... | tee {output}"
    given = ("profile", "Distinct", "--base", "HEAD~1", "--root", str(root), "--", "bash", "-c", command)
    code = main(given, stdout, stderr)
    assert code == 0, stdout.getvalue() + stderr.getvalue()
    (found,) = _read(root / "profile.json")["benchmarks"]
    cause = found["cause"]
    assert (found["name"], cause["function"]) == ("example.test/shop/kit.BenchmarkDistinct", "kit.seen")
    assert (cause["kind"], cause["file"], cause["line"]) == ("changed-here", "kit/words.go", 9)
    assert cause["changed"] == {"function": "kit.seen", "file": "kit/words.go", "line": 10, "last": 12}
    assert cause["share"] > 0.6
    text = " ".join(stdout.getvalue().split())
    assert "of the extra time is in kit.seen() (kit/words.go:9); this pull request changed lines 10 to 12" in text
    folder = root / "measure" / "instruments"
    for side in ("base", "head"):
        jsonschema.validate(_read(folder / f"profile-{side}-0.json"), SCHEMA)
    samples = [str(folder / f"profile-{side}-0-0.pprof") for side in ("base", "head")]
    shown = subprocess.run(
        ["go", "tool", "pprof", "-top", "-cum", f"-diff_base={samples[0]}", samples[1]],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    most = [line.split()[5] for line in shown.splitlines() if "example.test/shop/kit." in line]
    assert "example.test/shop/kit.seen" in most[:3]


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
