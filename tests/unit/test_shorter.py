"""Which commands get an option that makes their runs short, where it goes, and which are left alone."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from reporter.ingest.registry import FORMATS
from reporter.measure.paired.shorter import Shortened, shortened
from reporter.measure.tools import TOOLS
from reporter.pipeline.next_step import shorter_run
from tests.tool_projects import PROJECTS

PAGE = Path(__file__).parents[2] / "docs" / "pairs.md"
GO = "-benchtime=50ms"
HYPERFINE = "--min-runs 3 --max-runs 10"
PYPERF = "-p 2 -n 3 -w 1 --min-time 0.01"
ASV = "-a rounds=1 -a warmup_time=0.05 -a 'repeat=(1,5,0.05)'"
HERE = "--python=same --set-commit-hash=HEAD"
CRITERION = "--warm-up-time 0.1 --measurement-time 0.2 --sample-size 10"
GOOGLE = "--benchmark_min_time=0.05"
CODSPEED = "--codspeed-warmup-time=0.05 --codspeed-max-time=0.05"
JMH = "-f 1 -w 200ms -r 100ms"
CRITERION_FILES = ("target/criterion/**/new/*.json",)


@pytest.mark.parametrize(
    ("written", "added"),
    [  # <> is where the options go
        ("go test<> -run=^$ -bench=. -benchmem -count=5 ./... | tee {output}", GO),
        ("go test<> -bench . ./... > {output}", GO),
        ("go vet ./... && go test ./... && go test<> -bench=. | tee {output}", GO),
        ("rm -rf out && hyperfine<> true", HYPERFINE),
        ("go test<> --bench=Sort -run='^$' ./a ./b 2>&1 | tee {output}", GO),
        ("/usr/local/go/bin/go test<> -bench=.", GO),
        ('FOO=1 BAR="a b" go test<> -bench=.', GO),
        ("env CGO_ENABLED=0 nice -n 10 go test<> -bench=.", GO),
        ("cd sub && go test<> -bench=. > {output}", GO),
        ("set -e\nmkdir -p out # for later\n\ngo test<> \\\n  -bench=. \\\n  ./... >out/x\ncp out/x {output}\n", GO),
        ('go test<> -bench="$PATTERN" ./...', GO),
        ("taskset -c 0 go test<> -bench=. ; echo done", GO),
        ("hyperfine<> --export-json {output} 'sleep 0.1' \"./tool --fast\"", HYPERFINE),
        ("hyperfine<> -N -w3 --export-json={output} true", HYPERFINE),
        ("pyperf timeit<> -o {output} 'sorted(range(100))'", PYPERF),
        ("python3.12 -m pyperf timeit<> -o {output} -s 'import re' \"re.compile('a')\"", PYPERF),
        (".venv/bin/python -m pyperf command<> -o {output} -- grep -n x file", PYPERF),
        ("uv run pyperf timeit<> -o {output} pass", PYPERF),
        ("uv run -- python -m pyperf timeit<> -o {output} pass", PYPERF),
        ("asv run<> --record-samples", f"{HERE} {ASV}"),
        ("asv run<> -E virtualenv:3.12 main..", ASV),
        ("asv run<> --quick", HERE),
        ("asv run<> -a repeat=3", HERE),
        ("asv run<> --python=same --quick", "--set-commit-hash=HEAD"),
        ("poetry run python -m asv run<> --python=same", f"--set-commit-hash=HEAD {ASV}"),
        ("./build/bench<> --benchmark_out={output} --benchmark_repetitions=5", GOOGLE),
        ('"$BUILD/bench"<> --benchmark_format=json > {output}', GOOGLE),
        ("pytest bench --codspeed<> --codspeed-mode=walltime -q", CODSPEED),
        ("uv run --frozen pytest --codspeed<> --codspeed-mode walltime", CODSPEED),
        ("java -Xmx1g -jar target/benchmarks.jar Sort -rf json<> -rff {output}", JMH),
        ("cargo bench --<> --noplot sort", CRITERION),
        ("cargo bench --bench sort --<> --output-format bencher | tee {output}", CRITERION),
    ],
)
def test_the_option_goes_where_the_tool_takes_it(written: str, added: str) -> None:
    script = written.replace("<>", "")
    found = shortened(script)
    assert (found.command, found.added) == (written.replace("<>", f" {added}"), added)


@pytest.mark.parametrize(
    "script",
    [
        # a length that the user chose
        "go test -bench=. -benchtime=1s ./...",
        "go test -bench=. -benchtime 100x",
        "go test -test.bench=. -test.benchtime=1s",
        "GOFLAGS=-benchtime=2s go test -bench=.",
        "export GOFLAGS='-v -benchtime=2s'\ngo test -bench=.",
        "hyperfine -r5 true",
        "hyperfine -Nr 5 true",
        "hyperfine --max-runs=20 true",
        "pyperf timeit --fast pass",
        "pyperf timeit -p3 pass",
        "pyperf timeit --val=2 pass",
        "python -m pyperf timeit --min-time 0.2 pass",
        "asv run --python=same --set-commit-hash=HEAD -a repeat=3",
        "asv run -E conda:3.12 --quick",
        "./bench --benchmark_out={output} --benchmark_min_time=2s",
        "java -jar benchmarks.jar -wi 3 -rff {output}",
        "java -jar benchmarks.jar -f1 -rff {output}",
        "pytest --codspeed --codspeed-mode=walltime --codspeed-max-time=1",
        "cargo bench -- --noplot --sample-size=20",
        "cargo bench -- --noplot --quick",
        # tools without such an option, and other commands of a tool
        "go test ./...",
        "go build -bench=.",
        "python -m pyperf compare_to a.json b.json",
        "python bench.py -o {output}",
        "asv compare a b",
        "cargo bench | tee {output}",
        "pytest --codspeed --codspeed-mode=simulation",
        "pytest benchmarks --benchmark-json={output}",
        "npx vitest bench --run --outputJson {output}",
        "oha -z 10s http://localhost:8080 --no-tui",
        "wrk -t2 -d30s http://localhost:8080",
        "k6 run script.js",
        "locust --headless --run-time 1m",
        "dotnet run -c Release -- --exporters fulljson",
        "make bench",
        "npm run bench -- -bench=.",
        "echo go test -bench=.",
        "rm -rff out",
        # scripts that hide what the tool gets, or how often it runs
        "go test -bench=. $FLAGS",
        'go test -bench=. "$FLAGS"',
        "go test -bench=. $(cat flags)",
        "go test -bench=. `cat flags`",
        'go test -bench="$(cat pattern)"',
        "$GO test -bench=.",
        "go test -bench=. *",
        "go test -bench=. || true",
        "go test -bench=. &",
        "(cd sub; go test -bench=.)",
        "{ go test -bench=.; }",
        "for i in 1 2; do go test -bench=.; done",
        "if true; then go test -bench=.; fi",
        "if true\nthen\ngo test -bench=.\nfi",
        "! go test -bench=.",
        "bench() { go test -bench=.; }\nbench",
        "go test -bench=. <<EOF\nEOF",
        "go test -bench=. <(cat x)",
        "go test -bench=a\\ b",
        "go test -bench=. ./{a,b}",
        "go test -bench=.\\\n-benchtime=1s",
        "go test -bench=. a#b",
        "go test -bench=. 'not closed",
        "bash -c 'go test -bench=.'",
        "go test -bench=A >a; go test -bench=B >b",
        "go test -bench=. >a; hyperfine true",
        "go test -bench=A -benchtime=1s && go test -bench=B",
        "go test -benchtime=1s ./... && go test -bench=B",
        "go test -bench=A $FLAGS && go test -bench=B",
        "go test $FLAGS && go test -bench=B",
        "go test -bench=A -benchtime=1s && hyperfine true",
        "hyperfine -r5 true; hyperfine false",
        "cargo bench && cargo bench -- --noplot",
        "cargo bench -- --noplot --quick && cargo bench -- --noplot",
        "uv run --with hyperfine python bench.py",
        "uv run --with pyperf python bench.py",
        "docker run image go test -bench=.",
        "",
    ],
)
def test_the_command_is_left_alone(script: str) -> None:
    assert shortened(script) == Shortened(script)


def test_an_argument_list_has_no_shell() -> None:
    arguments = ("go", "test", "-bench=$(x)|&;", "./...")
    assert shortened(arguments).command == ("go", "test", GO, *arguments[2:])
    assert shortened(("env", "A=1", "asv", "run", "HEAD^!")).command[4:] == (*HERE.split(), *shlex.split(ASV))
    assert shortened(("cargo", "bench"), CRITERION_FILES).command == ("cargo", "bench", "--", *CRITERION.split())
    for shell in (("bash", "-c"), ("/bin/sh", "-ec"), ("bash", "-eo", "pipefail", "-c")):
        assert shortened((*shell, "go test -bench=. | tee x")).command == (*shell, f"go test {GO} -bench=. | tee x")
    for alone in (
        ("bash", "-c", "go test -bench=. || true"),
        ("bash", "-c", "go test -bench=.", "x"),
        ("go",),
        ("go test -bench=.",),
        ("pytest", "--benchmark_x"),
    ):
        assert shortened(alone).command == alone


def test_result_files_can_tell_the_tool() -> None:
    assert shortened("cargo bench > log.txt").added is None
    assert shortened("cargo bench > log.txt", CRITERION_FILES).command == f"cargo bench -- {CRITERION} > log.txt"
    assert shortened("cargo +nightly bench --bench a", CRITERION_FILES).added == CRITERION
    assert shortened("cargo build", CRITERION_FILES).added is None


@pytest.mark.parametrize("commits", ["HEAD^!", "main..HEAD", "NEW", "HEAD"])
def test_asv_takes_no_range_of_commits_where_it_runs_in_the_environment_of_a_side(commits: str) -> None:
    found = shortened(f"asv run --bench x {commits} --record-samples | cat")
    assert found.command == f"asv run {HERE} {ASV} --bench x  --record-samples | cat"
    assert found.added == f"{HERE} {ASV}, left out {commits}"


@pytest.mark.parametrize("command", ["python bench.py -o {output}", "uv run python3 -m tests.bench -o {output}"])
def test_a_python_file_that_imports_pyperf_takes_its_options(command: str) -> None:
    name = "bench.py" if "bench.py" in command else "tests.bench"
    found = shortened(command, sources={name: "\nfrom pyperf import Runner\n"}.get)  # type: ignore[arg-type]
    assert found.command == command.replace(f"{name} ", f"{name} {PYPERF} ")
    assert shortened(command, sources=lambda _: "import pytest # from pyperf").added is None
    assert shortened(f"{command} --fast", sources=lambda _: "import pyperf").added is None


@pytest.mark.parametrize(
    ("script", "variable", "value"),
    [
        ("go test -bench=.", "GOFLAGS", "-v -benchtime=3s"),
        ("./bench --benchmark_out={output}", "BENCHMARK_MIN_TIME", "1"),
        ("pytest --codspeed --codspeed-mode=walltime", "PYTEST_ADDOPTS", "--codspeed-max-time=1"),
    ],
)
def test_a_length_chosen_by_a_variable_counts(script: str, variable: str, value: str) -> None:
    assert shortened(script, environ={variable: value}).added is None
    assert shortened(script, environ={"OTHER": f"{variable}={value}"}).added is not None


def test_every_addition_is_constant_plain_text_that_a_shell_keeps_together() -> None:
    for tool in TOOLS:
        assert shlex.split(shlex.join(tool.added)) == list(tool.added)
        assert not set("".join(tool.added)) & set("$`\\\"'{}\n;|&<>")


def test_every_tool_of_the_table_is_a_format() -> None:
    assert {tool.name for tool in TOOLS} <= {each.name for each in FORMATS}
    assert shorter_run({"asv"}) == "`-a rounds=1` of asv"


@pytest.mark.parametrize(
    "script",
    [
        "hyperfine --export-json {output} 'a  b' \"c d\" e",
        "A='1 2' hyperfine x",
        "true && hyperfine x >/dev/null 2>&1",
        "hyperfine \\\n  a \\\n  b # comment 'x\n",
        'hyperfine a"$HOME"x a^$ b=$ | cat >/dev/null; true',
        "cd . ; hyperfine a'b'\"c\"d ~/x",
        "true | hyperfine --input=- x &>/dev/null",
    ],
)
def test_bash_gives_the_tool_what_it_got_before_and_the_option(tmp_path: Path, script: str) -> None:
    """A program that notes its arguments stands in for the tool."""
    tool = tmp_path / "hyperfine"
    tool.write_text('#!/bin/bash\nprintf "%s\\0" "$@" >"$NOTE"\n')
    tool.chmod(0o755)

    def given(command: str, name: str) -> list[str]:
        note = tmp_path / name
        environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "NOTE": str(note)}
        subprocess.run(["bash", "-eo", "pipefail", "-c", command], env=environ, check=True, capture_output=True)
        return note.read_text().split("\0")

    short = shortened(script)
    assert isinstance(short.command, str)
    assert given(short.command, "short") == [*HYPERFINE.split(), *given(script, "whole")]


def test_the_page_has_a_row_with_what_is_added_to_each_tool() -> None:
    rows = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("| ")]
    for tool in TOOLS:
        if tool.added:
            assert sum(f"| `{shlex.join(tool.added)}`" in row for row in rows) == 1


def test_every_page_of_an_ecosystem_has_the_commands_that_are_tested() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in sorted((PAGE.parent / "ecosystems").glob("*.md")))
    for project in PROJECTS:
        assert re.search(rf"command: .?{re.escape(project.command)}", text.replace('"', "'")), project.name
        assert f'setup = "{project.setup}"' in text or not project.setup
