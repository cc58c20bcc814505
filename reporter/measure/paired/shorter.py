"""Which option of a benchmark tool makes its runs short, and where it goes in a command: one table for all tools.

Pairs need many short runs, so the option is added where the command shows the tool, and only there. It is left out
where the user chose a length, and where the command hides what the tool gets.
"""

from __future__ import annotations

import itertools
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.measure.paired.simple_shell import Word, commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Tool:
    """What is known of a tool. ``name`` is that of its result format, ``advice`` names its option to people.

    ``added`` is what makes a run short; without it the tool is left alone. It goes behind a command that begins as one
    of ``starts``, or else in front of words that are one of ``markers``; with ``behind_dashes`` behind the first ``--``
    that follows. ``needs`` is a word without which the command is none of the tool's; ``own`` are words by which users
    choose a length, and ``set_by`` are variables that do. All of these are patterns of whole words. ``results`` is what
    a pattern of the result files has in it, where these tell the tool.
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


_PYTHON = r"(?:python|pypy)[0-9.]*"
_CRITERION_OPTIONS = (
    r"--(?:noplot|save-baseline|baseline(?:-lenient)?|plotting-backend|output-format|nresamples)(?:=.*)?"
)

TOOLS = (
    Tool(name="benchmarkdotnet", advice="`--job short` of BenchmarkDotNet"),
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
    ),
    Tool(
        name="pyperf",
        advice="`--fast` of pyperf",
        added=("-p", "1", "-n", "5", "-w", "1", "--min-time", "0.01"),
        starts=(("pyperf", "timeit|command"), (_PYTHON, "-m", "pyperf", "timeit|command")),
        own=r"-[pnwl].*|--(?:proc|va|wa|l|f|ri|mi|de).*",
    ),
    Tool(name="pytest-benchmark", advice="`--benchmark-max-time` of pytest-benchmark"),
    Tool(
        name="pytest-codspeed",
        advice="`--codspeed-max-time` of pytest-codspeed",
        added=("--codspeed-warmup-time=0.05", "--codspeed-max-time=0.05"),
        markers=(("--codspeed-mode=walltime",), ("--codspeed-mode", "walltime")),
        own=r"--codspeed-(?:w|max).*",
        set_by=r"PYTEST_ADDOPTS=.*--codspeed-(?:w|max).*",
    ),
)
"""Vitest has no such option of the command line. Load tests need their time and stay as they are."""

_WRAPPER = re.compile(
    "command|conda|env|exec|hatch|ionice|nice|numactl|pdm|pipenv|pixi|poetry|rye|setarch|sudo|taskset|time|timeout"
    "|uv|uvx"
)
"""Programs that run the program that follows."""


@dataclass(frozen=True)
class Shortened:
    """A command for pairs, and what was added to it, as a reader would type it; ``None`` where nothing was."""

    command: str | tuple[str, ...]
    added: str | None = None


def shortened(
    command: str | tuple[str, ...], results: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> Shortened:
    """Return a script or an argument list with the option that makes its one benchmark tool short.

    ``results`` are the patterns of its result files, which can tell the tool.
    """
    commands = commands_of(command) if isinstance(command, str) else [_words(command)]
    uses = [use for words in commands or () for tool in TOOLS for use in _uses(tool, words, results)]
    said = [word.text for words in commands or () for word in words]
    given = [*said, *(f"{name}={value}" for name, value in (environ or {}).items())]
    place = _place(uses[0]) if len(uses) == 1 and not _has(uses[0].tool.set_by, given) else None
    return Shortened(place.filled(command), shlex.join(place.tool.added)) if place else Shortened(command)


@dataclass(frozen=True)
class _Use:
    """A command that runs a tool, or may do so; it ``is_certain`` where nothing is hidden and the tool is shown.

    Of its ``words`` those from ``begin`` on have to be known, and options go in front of ``behind``.
    """

    tool: Tool
    words: Sequence[Word]
    begin: int
    behind: int
    is_certain: bool

    @property
    def texts(self) -> Sequence[str]:
        return [word.text for word in self.words]

    @property
    def has_own_length(self) -> bool:
        return _has(self.tool.own, self.texts[self.begin : _end(self.tool, self.texts, self.behind)])


@dataclass(frozen=True)
class _Place:
    """Where the options of a tool go: ``at`` counts the signs of a script, or the words of an argument list."""

    tool: Tool
    at: int
    behind_new_dashes: bool = False

    def filled(self, command: str | tuple[str, ...]) -> str | tuple[str, ...]:
        words = ("--", *self.tool.added) if self.behind_new_dashes else self.tool.added
        if isinstance(command, tuple):
            return (*command[: self.at], *words, *command[self.at :])
        return f"{command[: self.at]} {shlex.join(words)}{command[self.at :]}"


def _words(arguments: Sequence[str]) -> Sequence[Word]:
    return [Word(text, at, at + 1) for at, text in enumerate(arguments)]


def _uses(tool: Tool, words: Sequence[Word], results: Sequence[str]) -> Iterator[_Use]:
    """Yield a command if it runs the tool, or may do so: what runs next to another must not be shortened alone."""
    texts = [word.text for word in words]
    begin, behind = _found(tool, texts)
    if not behind:
        return
    is_open = any(word.open for word in words[begin:])
    is_shown = (
        tool.needs is None
        or (tool.results is not None and any(tool.results in pattern for pattern in results))
        or _has(tool.needs, texts[begin : _end(tool, texts, behind)])
    )
    use = _Use(tool, words, begin, behind, is_certain=is_shown and not is_open)
    if is_shown or is_open or tool.results is not None or use.has_own_length:
        yield use


def _place(use: _Use) -> _Place | None:
    """Return where the tool's options go in a command; ``None`` where it is not to be shortened."""
    tool, words, texts = use.tool, use.words, use.texts
    if not use.is_certain or use.has_own_length:
        return None
    if not tool.behind_dashes:
        return _Place(tool, words[use.behind - 1].end)
    has_dashes = "--" in texts[use.behind :]
    last = texts.index("--", use.behind) if has_dashes else len(texts) - 1
    return _Place(tool, words[last].end, behind_new_dashes=not has_dashes)


def _end(tool: Tool, texts: Sequence[str], behind: int) -> int:
    """Return the word that ends the tool's own options."""
    return len(texts) if tool.behind_dashes or "--" not in texts[behind:] else texts.index("--", behind)


def _found(tool: Tool, texts: Sequence[str]) -> tuple[int, int]:
    """Return the word from which on all have to be known, and the one in front of which options go; 0 for none."""
    for at in range(len(texts)):
        behind = next((at + len(start) for start in tool.starts if _is(start, [_name(texts[at]), *texts[at + 1 :]])), 0)
        if behind and _leads_on(texts[:at]):
            return at, behind
        if at and any(_is(marker, texts[at:]) for marker in tool.markers):
            return 1, at
    return 0, 0


def _is(patterns: Sequence[str], texts: Sequence[str]) -> bool:
    return len(texts) >= len(patterns) and all(re.fullmatch(*pair) for pair in zip(patterns, texts))


def _has(pattern: str | None, texts: Sequence[str]) -> bool:
    return bool(pattern) and any(re.fullmatch(pattern or "", text, re.DOTALL) for text in texts)


def _leads_on(texts: Sequence[str]) -> bool:
    """Return whether words run the program behind them: variables, and a program that does so with its arguments."""
    words = list(itertools.dropwhile(_is_assignment, texts))
    if not words:
        return True
    runs_others = _WRAPPER.fullmatch(_name(words[0])) is not None
    return runs_others and (words[-1] == "--" or not words[-1].startswith("-"))


def _is_assignment(text: str) -> bool:
    name, sign, _ = text.partition("=")
    return bool(sign) and name.isascii() and name.isidentifier()


def _name(program: str) -> str:
    """Return a program without its folder and the ending that it has on Windows."""
    return re.split(r"[/\\]", program)[-1].removesuffix(".exe")
