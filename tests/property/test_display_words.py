"""The display word of a row, over every verdict, interval and smallest detectable change."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import inf, isfinite, nan
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.decide.groups import group_of
from reporter.decide.policy import DEFAULT_POLICY
from reporter.model import Change, Estimate
from reporter.verdicts import STATES, TELLS_WITHIN, VERDICTS, Verdict, display_key
from tests.edge.test_publish import row

_ENDS = st.none() | st.tuples(st.floats(-2, 2) | st.sampled_from([-inf, nan]), st.floats(-2, 2) | st.just(inf))
_DETECTABLE = st.none() | st.floats(0, 1) | st.sampled_from([nan, inf, -0.1, TELLS_WITHIN])

_EDGE = 1e-9
_INTERVALS = {
    "none": None, "unknown": (nan, nan), "open": (-inf, inf), "around zero": (-0.01, 0.02),
    "above": (_EDGE, 0.3), "below": (-0.3, -_EDGE), "from zero": (0.0, 0.3), "up to zero": (-0.3, 0.0),
    "up to the bound": (-TELLS_WITHIN, TELLS_WITHIN), "beyond it below": (-TELLS_WITHIN - _EDGE, 0.0),
    "beyond it above": (0.0, TELLS_WITHIN + _EDGE), "half known": (-0.01, nan),
}  # fmt: skip
_CHANGES = {"none": None, "nan": nan, "inf": inf, "small": 0.01, "bound": TELLS_WITHIN, "large": TELLS_WITHIN + _EDGE}


@pytest.mark.parametrize("change", _CHANGES)
@pytest.mark.parametrize("interval", _INTERVALS)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_combination_has_the_word_of_the_table(verdict: Verdict, interval: str, change: str) -> None:
    known = {
        "regressed": "regressed", "improved": "improved", "unchanged": "no change detected",
        "not_comparable": "not comparable", "new": "new", "missing": "missing", "errored": "errored",
    }  # fmt: skip
    possible = interval in ("above", "below")
    within = interval in ("around zero", "up to the bound")
    tells = "no change detected" if within and change in ("small", "bound") else "too noisy to tell"
    expected = known.get(verdict) or ("possible change" if possible else tells)
    assert STATES[display_key(verdict, _INTERVALS[interval], _CHANGES[change])].word == expected


@given(st.sampled_from(VERDICTS), _ENDS, _DETECTABLE, st.booleans(), st.booleans())
def test_nothing_undecided_looks_decided(
    verdict: Verdict, interval: tuple[float, float] | None, change: float | None, suspect: bool, directed: bool
) -> None:
    key = display_key(verdict, interval, change, suspect=suspect, has_direction=directed)
    state = STATES[key]
    if verdict == "inconclusive":
        assert key in ("possible", "unchanged", "inconclusive")
        assert state.colour != "green"
        assert "✓" not in state.symbol
        assert (key == "unchanged") <= (change is not None and change <= TELLS_WITHIN and not suspect)
        ends = interval or (nan, nan)
        assert (key == "unchanged") <= (isfinite(ends[0]) and isfinite(ends[1]) and max(map(abs, ends)) <= TELLS_WITHIN)
    elif key != verdict:
        assert (key, verdict, directed) == ("report_only", "not_comparable", False)


@given(_ENDS, st.booleans())
def test_more_noise_never_turns_into_no_change(interval: tuple[float, float] | None, suspect: bool) -> None:
    words = [display_key("inconclusive", interval, share / 100, suspect=suspect) for share in range(30)]
    assert sum(before != after for before, after in pairwise(words)) <= 1


def test_every_word_stands_for_one_group() -> None:
    words = [state.word for state in STATES.values()]
    assert len(set(words)) == len(words)


def test_the_bound_is_the_one_within_which_a_screen_judges() -> None:
    assert DEFAULT_POLICY.judges_within == TELLS_WITHIN


@pytest.mark.parametrize(
    ("kind", "before", "end", "key"),
    [
        ("ratio", 2.0, 0.09, "unchanged"), ("ratio", 2.0, 0.11, "inconclusive"),
        ("difference", 2000.0, 150.0, "unchanged"), ("difference", 2000.0, 250.0, "inconclusive"),
        ("difference", -2000.0, 150.0, "unchanged"), ("difference", 0.0, 0.01, "inconclusive"),
        ("difference", None, 0.01, "inconclusive"),
    ],
)  # fmt: skip
def test_an_interval_is_held_against_the_bound_as_a_share(
    kind: Literal["ratio", "difference"], before: float | None, end: float, key: str
) -> None:
    found = replace(row("test_a", "inconclusive", 0.0), detectable=0.05)
    interval = Estimate(point=0.0, low=-end, high=end)
    change = Change(
        kind=kind, statistic="min", marginal=interval, simultaneous=None, p_adjusted=None, before=before, after=before
    )
    assert group_of(replace(found, comparison=replace(found.comparison, change=change))) == key
