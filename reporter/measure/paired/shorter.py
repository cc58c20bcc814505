"""Where the options go that make the runs of a benchmark tool short (``reporter.measure.tools`` has them).

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
from reporter.measure.tools import TOOLS, Tool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


_WRAPPER = re.compile(
    "command|conda|env|exec|hatch|ionice|nice|numactl|pdm|pipenv|pixi|poetry|rye|setarch|sudo|taskset|time|timeout"
    "|uv|uvx"
)
"""Programs that run the program that follows."""
_SHELL = re.compile(r"(?:bash|dash|sh|zsh)(?: -[a-z]+(?: pipefail)?)*? -[a-z]*c")


@dataclass(frozen=True)
class Shortened:
    """A command for pairs, and what was added to it, as a reader would type it; ``None`` where nothing was."""

    command: str | tuple[str, ...]
    added: str | None = None


def shortened(
    command: str | tuple[str, ...],
    results: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    sources: Callable[[str], str] = lambda _: "",
) -> Shortened:
    """Return a script or an argument list with the options that make its one benchmark tool short.

    ``results`` are the patterns of its result files, which can tell the tool; so can what ``sources`` reads of a file.
    """
    script = _script_of(command)
    if script is not None:
        inner = shortened(script, results, environ, sources)
        return Shortened((*command[:-1], str(inner.command)), inner.added)
    commands = _commands(command)
    uses = list(_uses_in(commands, results, sources))
    texts = [word.text for words in commands for word in words]
    given = [*texts, *(f"{name}={value}" for name, value in (environ or {}).items())]
    place = _place(uses[0], given) if len(uses) == 1 else None
    return Shortened(place.filled(command), place.description) if place else Shortened(command)


def tool_of(
    command: str | tuple[str, ...], results: Sequence[str] = (), sources: Callable[[str], str] = lambda _: ""
) -> tuple[Tool, Sequence[str]] | None:
    """Return the one benchmark tool that a command shows, and its words; ``None`` for none or several tools."""
    script = _script_of(command)
    commands = _commands(command if script is None else script)
    uses = [use for use in _uses_in(commands, results, sources) if use.is_shown]
    return (uses[0].tool, uses[0].texts) if len(uses) == 1 else None


def first_of(command: str | tuple[str, ...]) -> Sequence[str]:
    """Return the words of the first simple command; none where the script is of another kind."""
    script = _script_of(command)
    commands = _commands(command if script is None else script)
    return [word.text for word in commands[0]] if commands else ()


@dataclass(frozen=True)
class _Use:
    """A command that runs a tool, or may do so; it ``is_certain`` where nothing is hidden and the tool ``is_shown``.

    Of its ``words`` those from ``begin`` on have to be known, and options go in front of ``behind``.
    """

    tool: Tool
    words: Sequence[Word]
    begin: int
    behind: int
    is_shown: bool
    is_open: bool

    @property
    def is_certain(self) -> bool:
        return self.is_shown and not self.is_open

    @property
    def texts(self) -> Sequence[str]:
        return [word.text for word in self.words]

    @property
    def options(self) -> Sequence[str]:
        """The words that may be the tool's own options."""
        return self.texts[self.begin : _end(self.tool, self.texts, self.behind)]

    @property
    def has_own_length(self) -> bool:
        return _has(self.tool.own, self.options)


@dataclass(frozen=True)
class _Place:
    """What goes where in a command: ``at`` counts the signs of a script, or the words of an argument list."""

    added: tuple[str, ...]
    at: int
    behind_new_dashes: bool = False
    left_out: tuple[Word, ...] = ()

    @property
    def description(self) -> str:
        """What is added and left out, as a reader would type it."""
        without = "".join(f", left out {word.text}" for word in self.left_out)
        return f"{shlex.join(self.added)}{without}"

    def filled(self, command: str | tuple[str, ...]) -> str | tuple[str, ...]:
        words = ("--", *self.added) if self.behind_new_dashes else self.added
        for word in reversed(self.left_out):
            command = command[: word.start] + command[word.end :]  # type: ignore[operator] # of one kind
        if isinstance(command, tuple):
            return (*command[: self.at], *words, *command[self.at :])
        return f"{command[: self.at]} {shlex.join(words)}{command[self.at :]}"


def _script_of(command: str | tuple[str, ...]) -> str | None:
    """Return the script of an argument list that hands one to a shell."""
    if (
        isinstance(command, str)
        or len(command) < 3
        or not _SHELL.fullmatch(" ".join([_name(command[0]), *command[1:-1]]))
    ):
        return None
    return command[-1]


def _commands(command: str | tuple[str, ...]) -> Sequence[Sequence[Word]]:
    if isinstance(command, str):
        return commands_of(command) or ()
    return [[Word(text, at, at + 1) for at, text in enumerate(command)]]


def _uses_in(
    commands: Sequence[Sequence[Word]], results: Sequence[str], sources: Callable[[str], str]
) -> Iterator[_Use]:
    for words in commands:
        for tool in TOOLS:
            yield from _uses(tool, words, results, sources)


def _uses(tool: Tool, words: Sequence[Word], results: Sequence[str], sources: Callable[[str], str]) -> Iterator[_Use]:
    """Yield a command if it runs the tool, or may do so: what runs next to another must not be shortened alone."""
    texts = [word.text for word in words]
    begin, behind = _found(tool, texts)
    if not behind or not _is_of(tool, texts[begin:behind], sources):
        return
    use = _Use(
        tool,
        words,
        begin,
        behind,
        is_shown=tool.needs is None
        or (tool.results is not None and any(tool.results in pattern for pattern in results))
        or _has(tool.needs, texts[begin : _end(tool, texts, behind)]),
        is_open=any(word.open for word in words[begin:]),
    )
    if use.is_shown or use.is_open or tool.results is not None or use.has_own_length:
        yield use


def _is_of(tool: Tool, start: Sequence[str], sources: Callable[[str], str]) -> bool:
    """Return whether a start is the tool's; a Python file or module must be so by its content."""
    is_module = len(start) == 3 and start[1] == "-m"
    if not tool.source or (not start[-1].endswith(".py") and not is_module):
        return True
    return re.search(tool.source, sources(start[-1]), re.MULTILINE) is not None


def _place(use: _Use, given: Sequence[str]) -> _Place | None:
    """Return what goes where in a command, in which these words are ``given``; ``None`` where nothing does."""
    tool, words, texts = use.tool, use.words, use.texts
    if not use.is_certain:
        return None
    needed = tuple(option for unless, option in tool.needs_too if not _has(unless, use.options))
    is_long = not use.has_own_length and not _has(tool.set_by, given)
    added = (*needed, *(tool.added if is_long else ()))
    if not added:
        return None
    if not tool.behind_dashes:
        left_out = words[use.behind :] if needed and needed[0] == tool.needs_too[0][1] else ()
        taken = tuple(word for word in left_out if _has(tool.left_out, [word.text]))
        return _Place(added, words[use.behind - 1].end, left_out=taken)
    has_dashes = "--" in texts[use.behind :]
    last = texts.index("--", use.behind) if has_dashes else len(texts) - 1
    return _Place(added, words[last].end, behind_new_dashes=not has_dashes)


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
    words = list(itertools.dropwhile(is_assignment, texts))
    if not words:
        return True
    runs_others = _WRAPPER.fullmatch(_name(words[0])) is not None
    return runs_others and (words[-1] == "--" or not words[-1].startswith("-"))


def is_assignment(text: str) -> bool:
    """Return whether a word before a program sets a variable."""
    name, sign, _ = text.partition("=")
    return bool(sign) and name.isascii() and name.isidentifier()


def _name(program: str) -> str:
    """Return a program without its folder and the ending that it has on Windows."""
    return re.split(r"[/\\]", program)[-1].removesuffix(".exe")
