"""What holds for every command that is made shorter: one insertion, made once, that leaves all words as they are."""

from __future__ import annotations

import shlex

from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.measure.paired.shorter import shortened
from reporter.measure.paired.simple_shell import commands_of
from reporter.measure.tools import TOOLS

_ADDED = {
    shlex.join(words): words
    for tool in TOOLS
    for needed in ((), *((option,) for _, option in tool.needs_too), tuple(option for _, option in tool.needs_too))
    for words in ((*needed, *tool.added), needed)
    if words
}
_BEGINNINGS = (
    "go test -bench=.", "hyperfine", "pyperf timeit", "python3 -m pyperf command", "asv run",
    "cargo bench -- --noplot", "./b --benchmark_out={output}", "java -jar b.jar -rff {output}",
    "pytest --codspeed --codspeed-mode=walltime",
)  # fmt: skip
_WORDS = st.one_of(
    st.sampled_from(
        ["-v", "--", "./...", "{output}", "-run=^$", "a=b", '"$X"', '"a $X b"', "'|'", "-benchtime=1s", "x*"]
    ),
    st.text("ab-='\"$ ;|&>(){}\\#\n*", max_size=8).map(shlex.quote),
)
_JOINTS = st.sampled_from([" ", "  ", "\t", " \\\n ", " | ", " && ", "; ", "\n", " > ", " 2>&1 ", " # "])
_SIGNS = st.text("go tesbnch-=.'\"$ ;|&><(){}\\#\n*", max_size=40)


@st.composite
def _scripts(draw: st.DrawFn) -> str:
    parts = [draw(st.sampled_from(["", "A=1 ", "uv run ", "cd x && "])), draw(st.sampled_from(_BEGINNINGS))]
    for word in draw(st.lists(_WORDS, max_size=5)):
        parts += [draw(_JOINTS), word]
    return "".join(parts)


@settings(deadline=None)
@given(st.one_of(_scripts(), _SIGNS, st.text()))
def test_a_script_is_left_alone_or_gets_one_insertion_and_no_second_one(script: str) -> None:
    short = shortened(script)
    assert isinstance(short.command, str)
    if short.added is None:
        assert short.command == script
        return
    added, left_out = _parts(short.added)
    assert added in _ADDED
    rests = [short.command.replace(each, "", 1) for each in (f" {added}", f" -- {added}")]
    assert any(rest == script if not left_out else _leaves(rest, script, left_out) for rest in rests)
    assert shortened(short.command) == type(short)(short.command)


@settings(deadline=None)
@given(_scripts())
def test_every_word_of_the_command_stays_the_word_that_it_was(script: str) -> None:
    short = shortened(script)
    assert isinstance(short.command, str)
    if short.added is not None:
        added, left_out = _parts(short.added)
        found = _without(_words(short.command), _ADDED[added])
        assert any(_is_without(rest, _words(script), left_out) for rest in found)


def _parts(told: str) -> tuple[str, list[str]]:
    """Return the options that were added, and the words that were left out (asv's range of commits)."""
    added, *left_out = told.split(", left out ")
    return added, left_out


def _leaves(rest: str, script: str, left_out: list[str]) -> bool:
    return _is_without(_words(rest), _words(script), left_out)


def _is_without(rest: list[list[str]], whole: list[list[str]], left_out: list[str]) -> bool:
    """Return whether one command of ``whole`` lacks exactly the words ``left_out``, in their order."""
    if not left_out:
        return rest == whole
    changed = [(one, other) for one, other in zip(rest, whole, strict=True) if one != other]
    return len(changed) == 1 and changed[0][0] == _taken_out(changed[0][1], left_out)


def _taken_out(words: list[str], left_out: list[str]) -> list[str]:
    remaining = list(words)
    for word in left_out:
        remaining.reverse()
        remaining.remove(word)
        remaining.reverse()
    return remaining


def _words(script: str) -> list[list[str]]:
    return [[word.text for word in words] for words in commands_of(script) or ()]


def _without(commands: list[list[str]], added: tuple[str, ...]) -> list[list[list[str]]]:
    """Return what remains when the added words are taken out once, and with them a ``--`` that is the last then."""
    found = []
    for number, words in enumerate(commands):
        for at in range(len(words)):
            if words[at : at + len(added)] == list(added):
                rest = [*words[:at], *words[at + len(added) :]]
                found += [[*commands[:number], each, *commands[number + 1 :]] for each in (rest, rest[:-1])]
    return found


@given(st.lists(st.one_of(st.text(max_size=6), st.sampled_from(" ".join(_BEGINNINGS).split())), min_size=1, max_size=8))
def test_an_argument_list_gets_whole_words(arguments: list[str]) -> None:
    short = shortened(tuple(arguments))
    assert isinstance(short.command, tuple)
    if short.added is None:
        assert short.command == tuple(arguments)
        return
    told, left_out = _parts(short.added)
    added = _ADDED[told]
    at = next(at for at in range(len(arguments) + 2) if short.command[at : at + len(added)] == added)
    rest = (*short.command[:at], *short.command[at + len(added) :])
    wanted = tuple(_taken_out(arguments, left_out))
    assert rest in (wanted, (*wanted, "--"))
    assert shortened(short.command).command == short.command


@given(st.lists(st.text("ab-='\"$ ;|&>(){}\\#*", max_size=8), min_size=1, max_size=6))
def test_quoted_words_are_read_as_a_shell_reads_them(words: list[str]) -> None:
    script = shlex.join(words)
    assert _words(script) == [shlex.split(script)] == [words]
