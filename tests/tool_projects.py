"""A small project for each benchmark tool, in three commits: ``main``, ``slower`` (planted) and ``docs`` (words only).

``python -m tests.tool_projects [SLOWER_BY [NAME…]]`` measures them all with the tools of this machine, and prints a row
for each: what was found, what was not, minutes, and the load of the machine. The tests take a few pairs of each.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[1]
WHO = {f"GIT_{role}_{what}": "a@example.test" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
WORK = 1000
_IGNORED = ".benchverdict/\n__pycache__/\ntarget/\nnode_modules/\n*.o\nbench\n.codspeed/\nresults/\nCargo.lock\n"

_PYTHON = {
    "shop.py": "WORK = @WORK@\n\n\ndef total():\n    result = 0\n    for price in range(WORK):\n"
    "        result += price * 3 % 7\n    return result\n",
}
_GO = "package @NAME@\n\nfunc Total() int {\n\tresult := 0\n\tfor price := 0; price < @WORK@*100; price++ {\n"
_GO += "\t\tresult += price * 3 % 7\n\t}\n\treturn result\n}\n"
_GO_TEST = 'package @NAME@\n\nimport "testing"\n\nvar kept int\n\nfunc BenchmarkTotal(b *testing.B) {\n'
_GO_TEST += "\tfor i := 0; i < b.N; i++ {\n\t\tkept += Total()\n\t}\n}\n"
_RUST = "pub fn total(work: u64) -> u64 {\n    (0..work).map(|price| std::hint::black_box(price) * 3 % 7).sum()\n}\n"
_CARGO = '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n'
_DEBIAN = '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "/usr/share/cargo/registry"\n'
_DEBIAN += "[net]\noffline = true\n"
_CPP = "#pragma once\ninline int total() {\n  int result = 0;\n"
_CPP += (
    "  for (volatile int price = 0; price < @WORK@; price = price + 1) result += price * 3 % 7;\n  return result;\n}\n"
)
_JS = "export function total() {\n  let result = 0;\n  for (let price = 0; price < @WORK@ * 100; price++) "
_JS += "result += (price * 3) % 7;\n  return result;\n}\n"


@dataclass(frozen=True)
class Project:
    """A project of one tool. In ``files`` @WORK@ is how much it does; ``missing`` names what to install here.

    ``command`` is a script of bash, as a user would write it; ``setup`` is run for each side. ``words_limit`` is the
    time limit where only words differ: enough for eight pairs on a slow machine.
    """

    name: str
    files: Mapping[str, str]
    command: str
    missing: Callable[[], str | None]
    setup: str = ""
    benchmarks: int = 1
    words_limit: str = "15 s"


def _module(name: str, package: str) -> str | None:
    command = ["python", "-c", f"import {name}"]
    done = subprocess.run(command, env=_environ(), check=False, capture_output=True)
    return None if done.returncode == 0 else f"pip install {package}"


def _program(name: str, package: str) -> str | None:
    return None if shutil.which(name) else f"install {package}"


def _file(path: str, package: str) -> str | None:
    return None if Path(path).exists() else f"apt-get install {package}"


def _npm() -> str | None:
    wanted = _program("npm", "nodejs and npm")
    return wanted or (
        None if os.environ.get("BENCHVERDICT_NPM") else "set BENCHVERDICT_NPM=1, where npm reaches its registry"
    )


def _compiled(missing: str | None) -> str | None:
    """Rust is compiled for each side first, which leaves too little of a short time limit on a busy machine."""
    return missing or (None if os.environ.get("BENCHVERDICT_CARGO") else "set BENCHVERDICT_CARGO=1 on a quiet machine")


def _package(**dependencies: str) -> str:
    return json.dumps({"name": "shop", "private": True, "type": "module", "devDependencies": dependencies}, indent=1)


PROJECTS = (
    Project(
        name="pyperf",
        files={
            **_PYTHON,
            "bench.py": "import pyperf\n\nfrom shop import total\n\nrunner = pyperf.Runner()\n"
            "runner.bench_func('total', total)\n",
        },
        command="python bench.py -o {output}",
        missing=partial(_module, "pyperf", "pyperf"),
    ),
    Project(
        name="pytest-codspeed",
        files={
            **_PYTHON,
            "test_shop.py": "from shop import total\n\n\ndef test_total(benchmark):\n    benchmark(total)\n",
        },
        command="python -m pytest --codspeed --codspeed-mode=walltime",
        missing=partial(_module, "pytest_codspeed", "pytest-codspeed"),
    ),
    Project(
        name="asv",
        files={
            **_PYTHON,
            "benchmarks/__init__.py": "",
            "benchmarks/shop_bench.py": "from shop import total\n\n\ndef time_total():\n    total()\n",
            "asv.conf.json": '{\n  // as asv quickstart leaves it\n  "version": 1,\n  "project": "shop",\n'
            '  "repo": ".",\n  "branches": ["master"],\n  "environment_type": "virtualenv",\n}\n',
        },
        command="asv run --record-samples HEAD^!",
        missing=partial(_module, "asv", "asv virtualenv"),
    ),
    Project(
        name="go",
        files={
            "go.mod": "module example.test/shop\n\ngo 1.19\n",
            **{
                f"{name}/{name}{end}.go": text.replace("@NAME@", name)
                for name in ("cart", "till")
                for end, text in (("", _GO), ("_test", _GO_TEST))
            },
        },
        command="go test -run='^$' -bench=. -count=3 ./... | tee {output}",
        missing=partial(_program, "go", "golang-go"),
        benchmarks=2,
    ),
    Project(
        name="cargo",
        files={
            "Cargo.toml": _CARGO,
            "src/lib.rs": f"#![feature(test)]\nextern crate test;\n{_RUST}#[bench]\n"
            "fn bench_total(b: &mut test::Bencher) {\n    b.iter(|| total(std::hint::black_box(@WORK@)));\n}\n",
        },
        command="RUSTC_BOOTSTRAP=1 cargo bench | tee {output}",
        missing=lambda: _compiled(_program("cargo", "cargo")),
    ),
    Project(
        name="criterion",
        files={
            ".cargo/config.toml": _DEBIAN,
            "Cargo.toml": f'{_CARGO}[dev-dependencies]\ncriterion = "0.3"\n[[bench]]\nname = "shop"\nharness = false\n',
            "src/lib.rs": f"{_RUST}pub const WORK: u64 = @WORK@;\n",
            "benches/shop.rs": "use criterion::{black_box, criterion_group, criterion_main, Criterion};\n"
            "fn total(c: &mut Criterion) {\n"
            '    c.bench_function("total", |b| b.iter(|| shop::total(black_box(shop::WORK))));\n}\n'
            "criterion_group!(benches, total);\ncriterion_main!(benches);\n",
        },
        command="cargo bench",
        missing=lambda: _compiled(_file("/usr/share/cargo/registry/criterion-0.3.6", "cargo librust-criterion-dev")),
    ),
    Project(
        name="google-benchmark",
        files={
            "shop.h": _CPP,
            "bench.cpp": '#include <benchmark/benchmark.h>\n#include "shop.h"\n'
            "static void total_(benchmark::State& state) {\n"
            "  for (auto _ : state) benchmark::DoNotOptimize(total());\n}\nBENCHMARK(total_);\nBENCHMARK_MAIN();\n",
        },
        command="./bench --benchmark_out={output} --benchmark_repetitions=3",
        setup="c++ -O2 bench.cpp -lbenchmark -lpthread -o bench",
        missing=partial(_file, "/usr/include/benchmark/benchmark.h", "g++ libbenchmark-dev"),
    ),
    Project(
        name="catch2",
        files={
            "shop.h": _CPP,
            "bench.cpp": "#define CATCH_CONFIG_MAIN\n#define CATCH_CONFIG_ENABLE_BENCHMARKING\n"
            '#include <catch2/catch.hpp>\n#include "shop.h"\nTEST_CASE("shop", "[benchmark]") {\n'
            '  BENCHMARK("total") { return total(); };\n}\n',
        },
        command="./bench '[benchmark]' --benchmark-samples=30 -r xml > {output}",
        setup="c++ -O2 bench.cpp -o bench",
        words_limit="90 s",
        missing=partial(_file, "/usr/include/catch2/catch.hpp", "g++ catch2 (version 2)"),
    ),
    Project(
        name="vitest",
        files={
            "package.json": _package(vitest="^2.1.0"),
            "shop.js": _JS,
            "shop.bench.js": "import { bench } from 'vitest';\nimport { total } from './shop.js';\n"
            "bench('total', () => { total(); }, { time: 200 });\n",
        },
        command="npx vitest bench --run --outputJson {output}",
        setup="npm ci --no-audit --no-fund",
        missing=_npm,
    ),
    Project(
        name="tinybench",
        files={
            "package.json": _package(tinybench="^3.0.0"),
            "shop.js": _JS,
            "bench.js": "import { Bench } from 'tinybench';\nimport { total } from './shop.js';\n"
            "const bench = new Bench({ time: 200 });\nbench.add('total', () => { total(); });\nawait bench.run();\n"
            "console.log(JSON.stringify(bench.tasks.map(({ name, result }) => "
            "({ name, unit: 'ms', value: result.latency.p50 }))));\n",
        },
        command="node bench.js > {output}",
        setup="npm ci --no-audit --no-fund",
        missing=_npm,
    ),
    Project(
        name="hyperfine",
        files={
            "shop.awk": "BEGIN { for (price = 0; price < @WORK@ * 300; price++) sum += price * 3 % 7; print sum }\n",
        },
        command="hyperfine --export-json {output} 'awk -f shop.awk'",
        missing=partial(_program, "hyperfine", "hyperfine"),
    ),
)


def make(project: Project, folder: Path, slower: float) -> None:
    """Make the repository of a project, with its three branches; ``slower`` does so many times the work."""
    for path, text in {**project.files, ".gitignore": _IGNORED}.items():
        _write(folder / path, text.replace("@WORK@", str(WORK)))
    configured = '[measure]\nsetup = "' + project.setup + '"\n' if project.setup else ""
    _write(folder / "benchverdict.toml", configured)
    if "package.json" in project.files:
        _run(["npm", "install", "--package-lock-only", "--no-audit", "--no-fund"], folder)
    _commit(folder, "main")
    for path, text in project.files.items():
        _write(folder / path, text.replace("@WORK@", str(round(WORK * slower))))
    _commit(folder, "slower")
    _run(["git", "switch", "--quiet", "main"], folder)
    _write(folder / "README.md", "# Shop\n")
    _commit(folder, "docs")


def measure(folder: Path, branch: str, command: str, *options: str) -> tuple[int, dict[str, Any], str]:
    """Return the exit code of ``benchverdict run`` on a branch against ``main``, its ``verdict.json`` and its log."""
    _run(["git", "switch", "--quiet", branch], folder)
    given = ["run", "--base", "main", "--root", str(folder / ".benchverdict"), *options]
    start = [sys.executable, "-c", "from reporter.cli import console_main; console_main()", *given]
    program = [*start, "--", "bash", "-eo", "pipefail", "-c", command]
    environ = {**_environ(), **WHO, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, cwd=folder, env=environ, check=False, capture_output=True, text=True)
    found = folder / ".benchverdict" / "report" / "verdict.json"
    verdict: dict[str, Any] = json.loads(found.read_text()) if found.is_file() else {}
    return done.returncode, verdict, done.stdout + done.stderr


def _environ() -> dict[str, str]:
    """Return the variables of a command: it finds the tools that are installed beside this interpreter last of all."""
    return {**os.environ, "PATH": os.pathsep.join([os.environ["PATH"], str(Path(sys.executable).parent)])}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _commit(folder: Path, branch: str) -> None:
    if not (folder / ".git").exists():
        _run(["git", "init", "--quiet", "--initial-branch", branch], folder)
    else:
        _run(["git", "switch", "--quiet", "--create", branch], folder)
    _run(["git", "add", "."], folder)
    _run(["git", "commit", "--quiet", "--message", branch], folder)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, env={**os.environ, **WHO}, check=True, capture_output=True)


def main() -> None:
    """Measure all projects whose tool is here, and print what came of it."""
    slower = float(sys.argv[1]) if sys.argv[1:] else 1.15
    for project in PROJECTS:
        if sys.argv[2:] and project.name not in sys.argv[2:]:
            continue
        missing = project.missing()
        print(f"{project.name}: {missing}" if missing else _row(project, slower), flush=True)


def _row(project: Project, slower: float) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(project, folder, slower)
        cells = [project.name]
        for branch in ("slower", "docs"):
            began, load = time.monotonic(), os.getloadavg()[0]
            code, verdict, log = measure(folder, branch, project.command)
            rows = [
                f"{row['verdict']} {row['change']['point']:+.1%}"
                for row in verdict.get("benchmarks", ())
                if row["change"]
            ]
            minutes = (time.monotonic() - began) / 60
            cells.append(
                f"{branch}: exit {code}, {', '.join(rows) or log[-800:]}, {minutes:.1f} min at load {load:.1f}"
            )
        return " | ".join(cells)


if __name__ == "__main__":
    main()
