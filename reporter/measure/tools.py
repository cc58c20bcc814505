"""The benchmark tools that measure knows: how a command shows them, what makes their runs short, and what they write.

One table for all. Pairs need many short runs, so ``added`` goes into the command of a pair; a tool that writes where it
likes has its result files in ``files``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tool:
    """What is known of a tool. ``name`` is that of its result format, ``advice`` names its option to people.

    ``files`` are patterns of the result files of a tool that writes where it likes. Where the command does not tell the
    tool, ``source`` does: a pattern of what the Python file that is run has in it.

    ``added`` is what makes a run short; without it the tool is left alone. It goes behind a command that begins as one
    of ``starts``, or else in front of words that are one of ``markers``; with ``behind_dashes`` behind the first ``--``
    that follows. ``needs`` is a word without which the command is none of the tool's; ``own`` are words by which users
    choose a length, and ``set_by`` are variables that do. All of these are patterns of whole words. ``results`` is what
    a pattern of the result files has in it, where these tell the tool.

    A pair ``needs_too`` options that have nothing to do with length, each unless a word is of the pattern beside it.
    Where the first of them is added, words of ``left_out`` are taken away.
    """

    name: str
    advice: str
    added: tuple[str, ...] = ()
    starts: tuple[tuple[str, ...], ...] = ()
    markers: tuple[tuple[str, ...], ...] = ()
    needs: str | None = None
    own: str = ""
    set_by: str = ""
    behind_dashes: bool = False
    results: str | None = None
    files: tuple[str, ...] = ()
    source: str = ""
    needs_too: tuple[tuple[str, str], ...] = ()
    left_out: str = ""


_PYTHON = r"(?:python|pypy)[0-9.]*"
_CRITERION_OPTIONS = (
    r"--(?:noplot|save-baseline|baseline(?:-lenient)?|plotting-backend|output-format|nresamples)(?:=.*)?"
)

TOOLS = (
    Tool(
        name="benchmarkdotnet",
        advice="`--job short` of BenchmarkDotNet",
        files=("BenchmarkDotNet.Artifacts/results/*-report-full*.json",),
        starts=(("dotnet", "run"),),
        needs="--exporters",
    ),
    Tool(name="catch2", advice="`--benchmark-samples` of Catch2"),
    Tool(
        name="criterion",
        advice="`--measurement-time` of Criterion",
        added=("--warm-up-time", "0.1", "--measurement-time", "0.2", "--sample-size", "10"),
        starts=(("cargo", "bench"), ("cargo", r"\+.+", "bench")),
        needs=_CRITERION_OPTIONS,
        own=r"--(?:warm-up-time|measurement-time|sample-size|profile-time)(?:=.*)?|--quick|--test|--list",
        behind_dashes=True,
        results="criterion",
        files=("target/criterion/**/new/*.json",),
    ),
    Tool(
        name="go",
        advice="`-benchtime` of Go",
        added=("-benchtime=50ms",),
        starts=(("go", "test"),),
        needs=r"--?(?:test\.)?bench(?:=.*)?",
        own=r"--?(?:test\.)?benchtime(?:=.*)?",
        set_by=r"GOFLAGS=.*-benchtime.*",
    ),
    Tool(
        name="google-benchmark",
        advice="`--benchmark_min_time` of Google Benchmark",
        added=("--benchmark_min_time=0.05",),  # without the unit, which versions before 1.8 refuse
        markers=((r"--benchmark_(?:out|out_format|format|filter|repetitions)=.*",),),
        own=r"--benchmark_min_time(?:=.*)?",
        set_by=r"BENCHMARK_MIN_TIME=.*",
    ),
    Tool(
        name="hyperfine",
        advice="`--runs` of hyperfine",
        added=("--min-runs", "3", "--max-runs", "10"),
        starts=(("hyperfine",),),
        own=r"-[A-Za-z]*[rmM].*|--(?:runs|min-runs|max-runs)(?:=.*)?",
    ),
    Tool(
        name="jmh",
        advice="`-f`, `-wi` and `-i` of JMH",
        added=("-f", "1", "-w", "200ms", "-r", "100ms"),  # not -wi and -i: a cold start is measured without warm-up
        markers=(("-rff",),),
        needs=r".*\.jar",
        own=r"-(?:f|wf|w|wi|r|i|bs|wbs)(?:[=0-9].*)?",
    ),
    Tool(
        name="asv",
        advice="`-a rounds=1` of asv",
        added=("-a", "rounds=1", "-a", "warmup_time=0.05", "-a", "repeat=(1,5,0.05)"),
        starts=(("asv", "run"), (_PYTHON, "-m", "asv", "run")),
        own=r"-[aq].*|--(?:a|q).*",
        # The environment of the side, of which asv keeps results only under the name of a commit, and takes no range.
        needs_too=(
            (r"-E.*|--(?:env|py).*", "--python=same"),
            (r"-E(?!existing).*|--(?:env|set).*|--py\w*=(?!same).*", "--set-commit-hash=HEAD"),
        ),
        left_out=r"(?!-).*(?:\^!|\.\.).*|ALL|EXISTING|HEAD|NEW|TAGS",
    ),
    Tool(
        name="pyperf",
        advice="`--fast` of pyperf",
        added=("-p", "2", "-n", "3", "-w", "1", "--min-time", "0.01"),
        starts=(
            ("pyperf", "timeit|command"),
            (_PYTHON, "-m", "pyperf", "timeit|command"),
            (_PYTHON, r"[^-].*\.py"),
            (_PYTHON, "-m", r"(?!pyperf$)[A-Za-z_][\w.]*"),
        ),
        source=r"^\s*(?:import|from) pyperf\b",
        own=r"-[pnwl].*|--(?:proc|va|wa|l|f|ri|mi|de).*",
    ),
    Tool(name="pytest-benchmark", advice="`--benchmark-max-time` of pytest-benchmark"),
    Tool(
        name="pytest-codspeed",
        advice="`--codspeed-max-time` of pytest-codspeed",
        added=("--codspeed-warmup-time=0.05", "--codspeed-max-time=0.05"),
        markers=(("--codspeed-mode=walltime",), ("--codspeed-mode", "walltime")),
        files=(".codspeed/results_*.json",),
        own=r"--codspeed-(?:w|max).*",
        set_by=r"PYTEST_ADDOPTS=.*--codspeed-(?:w|max).*",
    ),
)
"""Vitest has no such option of the command line. Load tests need their time and stay as they are."""
