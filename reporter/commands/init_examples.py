"""A first benchmark for a project that has none, in its language and without editing a file that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reporter.commands.detectors import node
from reporter.commands.detectors.found import Evidence, Found

if TYPE_CHECKING:
    from reporter.commands.detectors.found import Language
    from reporter.commands.detectors.project import Project

_ABOUT = "A first benchmark. Replace the work by what has to be fast in this project."
_PYTHON = f'''\
"""{_ABOUT}"""


def work():
    return sorted(range(10_000), key=lambda number: -number)


def test_first(benchmark):
    benchmark(work)
'''
_GO = f"""\
// Package benchmarks measures the project.
package benchmarks

import (
	"sort"
	"testing"
)

// {_ABOUT}
func BenchmarkFirst(b *testing.B) {{
	for i := 0; i < b.N; i++ {{
		numbers := make([]int, 10000)
		for j := range numbers {{
			numbers[j] = -j
		}}
		sort.Ints(numbers)
	}}
}}
"""
_RUST = f"""\
//! {_ABOUT}
use criterion::{{criterion_group, criterion_main, Criterion}};

fn first(c: &mut Criterion) {{
    c.bench_function("first", |b| b.iter(|| (0..10_000u64).rev().collect::<std::collections::BTreeSet<_>>()));
}}

criterion_group!(benches, first);
criterion_main!(benches);
"""
_VITEST = f"""\
// {_ABOUT}
import {{ bench }} from "vitest";

bench("first", () => {{
  Array.from({{ length: 10_000 }}, (_, index) => -index).sort((a, b) => a - b);
}});
"""
_NODE = f"""\
// {_ABOUT} Give the file for the results.
import {{ writeFileSync }} from "node:fs";

function work() {{
  Array.from({{ length: 10_000 }}, (_, index) => -index).sort((a, b) => a - b);
}}

const results = [];
for (let round = 0; round < 50; round += 1) {{
  const start = performance.now();
  for (let turn = 0; turn < 20; turn += 1) work();
  results.push((performance.now() - start) / 20);
}}
results.sort((a, b) => a - b);
writeFileSync(process.argv[2], JSON.stringify([{{ name: "first", unit: "ms", value: results[25] }}]));
"""
_SHELL = f"""\
#!/usr/bin/env bash
# {_ABOUT}
set -euo pipefail
for _ in $(seq 5000); do :; done
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A file to write, and how it is run."""

    file: str
    content: str
    found: Found


def example_for(project: Project) -> Example:
    """Return the example of the project's language; a command of the shell where there is none of its own."""
    if any(project.has(name) for name in ("pyproject.toml", "setup.py", "requirements.txt")):
        command = "pytest benchmarks/test_first.py --benchmark-json={output}"
        return _example(
            "benchmarks/test_first.py", _PYTHON, "pytest-benchmark", "python", command, ("pytest-benchmark",)
        )
    if project.has("go.mod"):
        command = "go test -run='^$' -bench=. -benchmem -count=5 ./benchmarks | tee {output}"
        return _example("benchmarks/first_test.go", _GO, "go", "go", command)
    if project.has("Cargo.toml"):
        return _rust()
    if project.has("package.json"):
        return _node(project)
    command = "hyperfine --export-json {output} 'bash benchmarks/first.sh'"
    return _example("benchmarks/first.sh", _SHELL, "hyperfine", "shell", command, ("hyperfine",))


def _example(
    file: str, content: str, tool: str, language: Language, command: str, packages: tuple[str, ...] = ()
) -> Example:
    shown = (Evidence(file, 1, "the example"),)
    return Example(
        file, content, Found(tool=tool, language=language, evidence=shown, command=command, packages=packages)
    )


def _rust() -> Example:
    made = _example("benches/first.rs", _RUST, "criterion", "rust", "cargo bench --bench first")
    lines = '[dev-dependencies] criterion = "0.5"; [[bench]] name = "first", harness = false'
    found = replace(
        made.found,
        results=("target/criterion/**/new/*.json",),
        setup="cargo bench --bench first --no-run",
        notes=(f"add to Cargo.toml: {lines}",),
    )
    return replace(made, found=found)


def _node(project: Project) -> Example:
    if node.needs(project, ".", "vitest"):
        runner = node.EXECUTED[node.manager_of(project, ".")]
        command = f"{runner} vitest bench --run --outputJson {{output}}"
        return _example("benchmarks/first.bench.mjs", _VITEST, "vitest", "node", command)
    return _example(
        "benchmarks/first.mjs", _NODE, "github-action-benchmark", "node", "node benchmarks/first.mjs {output}"
    )
