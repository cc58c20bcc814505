"""Globs do what ``fnmatch`` does with literal brackets, and many names at once find what trying every rule finds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate

from hypothesis import example, given
from hypothesis import strategies as st

from reporter.config.globs import Names, glob, most_specific

_NAMES = st.text(alphabet="ab[1]/ ", max_size=8)
_PATTERNS = st.text(alphabet="ab[1]/*?", max_size=6)


@dataclass(frozen=True, slots=True)
class _Rule:
    match: str


@given(_PATTERNS, _NAMES)
@example("a*a", "a")
@example("**", "")
@example("a[1]*", "a[1]b")
def test_a_glob_matches_what_fnmatch_does(pattern: str, name: str) -> None:
    reference = re.match(translate(pattern.replace("[", "[[]")), name)
    assert glob(pattern).matches(name) == (name == pattern or reference is not None)


@given(st.lists(_PATTERNS, max_size=8), st.lists(_NAMES | st.just("a\nb"), max_size=5))
@example(["a*", "*a", "a?", "aa", "*"], ["aa", "ab", "", "ba"])
@example(["*b\na*"], ["ab", "ab", "b\na"])
def test_many_names_at_once_find_the_most_specific(patterns: list[str], names: list[str]) -> None:
    rules = [_Rule(pattern) for pattern in patterns]
    assert Names(names).most_specific(rules) == [most_specific(rules, name) for name in names]
    for pattern in patterns:
        assert list(Names(names).matching(pattern)) == [
            i for i, name in enumerate(names) if glob(pattern).matches(name)
        ]
