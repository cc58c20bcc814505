"""Machine and language lines name the language of the command, and not the Python that happens to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporter.ingest import assemble, read_file
from reporter.ingest.assemble import Provenance
from reporter.measure import fingerprint
from reporter.measure.language import language_of
from reporter.measure.plan import Plan
from reporter.shared.model import Fingerprint
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("go test -bench=. ./... | tee {output}", "Go"),
        ("RUSTC_BOOTSTRAP=1 cargo bench", "Rust"),
        ("npx vitest bench --run --outputJson {output}", "Node.js"),
        ("cd bench && ./gradlew jmh", "Java"),
        ("java -jar target/benchmarks.jar -rff {output}", "Java"),
        ("dotnet run -c Release", ".NET"),
        ("python -m pytest tests/go --benchmark-json={output}", None),
        (".venv/bin/asv run", None),
        ("./bench --benchmark_out={output}", None),
        ("make going", None),
    ],
)
def test_a_command_names_its_language(script: str, name: str | None) -> None:
    found = language_of(Plan("s", script=script))
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("script", "program", "answer", "language"),
    [
        ("go test -bench=.", "go", "go version go1.22.4 linux/amd64", "Go 1.22"),
        ("cargo bench", "rustc", "rustc 1.95.0 (f2d3ce0bd 2026-03-21)", "Rust 1.95"),
        ("node bench.js", "node", "v20.20.2", "Node.js 20"),
        ("java -jar b.jar", "java", 'openjdk version "17.0.15" 2025-04-15', "Java 17"),
        ("java -jar b.jar", "java", "no version", "Java"),
        ("go test", "other", "", "Go"),
    ],
)
def test_its_own_program_tells_the_version(
    tmp_path: Path, script: str, program: str, answer: str, language: str
) -> None:
    """Programs that print what the real ones print stand in for them; Java does so to standard error."""
    path = tmp_path / program
    path.write_text(f"#!/bin/sh\necho '{answer}' >&2\n")
    path.chmod(0o755)
    found = fingerprint.read({"PATH": str(tmp_path)}, language_of(Plan("s", script=script)))
    assert found.language == language


def test_a_compiled_benchmark_has_no_python() -> None:
    files = [read_file(DATA / "google-benchmark" / "repeated.json")]
    given = Fingerprint(language="CPython 3.11", details=(("language_version", "CPython 3.11.7"), ("memory", "8 GB")))
    found = assemble([files], suite="s", known=Provenance(fingerprint=given)).fingerprint
    assert found.language is None
    assert "CPython" not in str(found)
    other = assemble([files], suite="s", known=Provenance(fingerprint=Fingerprint(language="Go 1.22"))).fingerprint
    assert other.language == "Go 1.22"
