"""The trend: new levels of the saved history, creep away from a pinned session, and where it is shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import msgspec
import numpy as np
import pytest

from reporter.decide.judge import judge_screen
from reporter.records import json_v1
from reporter.render import OUTPUTS, Shown, Terminal, charts
from tests.reports import report, row
from tests.suites import baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.decide.judge import Decision

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report-v1.json").read_text(encoding="utf-8"))


def _decide(levels: list[float], *, steady: float = 2e-3, pinned: str | None = None) -> Decision:
    """Judge the last of a history in which one benchmark has these levels and another is steady."""
    generator = np.random.default_rng(5)
    suites = [
        replace(
            suite_of(
                {
                    "moving": noisy_runs(generator, level=level, sd=0.002, runs=3),
                    "steady": noisy_runs(generator, level=steady, sd=0.002, runs=3),
                },
                commit=f"{index:040x}",
            ),
            measured_at=1000.0 * index,
        )
        for index, level in enumerate(levels)
    ]
    return judge_screen(suites[-1], baseline_of(suites[:-1]), pinned=pinned)


def test_a_new_level_is_named_with_its_commit() -> None:
    decision = _decide([1e-3] * 7 + [1.2e-3] * 6)
    (trend,) = decision.trends
    (change,) = trend.changes
    assert (trend.benchmark, trend.metric, change.session) == ("moving", "time", 7)
    assert change.ratio == pytest.approx(0.2, abs=0.01)
    assert len(trend.values) == 13 == len(decision.sessions) + 1
    assert trend.values[-1] == pytest.approx(1.2e-3, rel=0.02)


def test_small_steps_and_short_histories_have_no_trend() -> None:
    assert _decide([1e-3] * 7 + [1.02e-3] * 6).trends == ()
    assert _decide([1e-3] * 3 + [1.5e-3] * 3).trends == ()


def test_creep_away_from_the_pinned_session_is_a_warning() -> None:
    creeping = [1e-3 * 1.01**index for index in range(12)]
    (notice,) = [notice for notice in _decide(creeping, pinned="0" * 39 + "1").notices if notice.code == "slow-creep"]
    assert "1 benchmark is worse" in notice.text
    assert "moving" in notice.text
    codes = [notice.code for notice in _decide(creeping[::-1], pinned="0" * 39 + "1").notices]
    assert "slow-creep" not in codes
    assert "slow-creep" not in [notice.code for notice in _decide(creeping).notices]
    assert "reference-not-saved" in [notice.code for notice in _decide(creeping, pinned="abc").notices]
    assert "reference-not-saved" in [notice.code for notice in _decide(creeping[:3], pinned="abc").notices]


def test_a_pinned_session_older_than_the_history_is_a_yardstick_and_no_noise() -> None:
    """Kept beside the last 50, at another level: what is judged, and what is shown, are the last 50 alone."""
    recent = [1e-3] * 51
    alone, with_old = _decide([5e-4, *recent][1:]), _decide([5e-4, *recent], pinned="0" * 40)
    (notice,) = [notice for notice in with_old.notices if notice.code == "slow-creep"]
    assert "moving" in notice.text
    assert len(with_old.sessions) == len(alone.sessions) == 50
    assert with_old.trends == ()
    sources = {row.comparison.noise.source for row in with_old.assessments if row.comparison.noise}
    assert sources == {"50 saved sessions"}
    assert [row.verdict for row in with_old.assessments] == [row.verdict for row in alone.assessments]


def test_it_is_shown_and_travels_in_the_file() -> None:
    decision = _decide([1e-3] * 7 + [1.2e-3] * 6)
    shown = replace(report(row("moving", "unchanged", 0.0)), trends=decision.trends, sessions=decision.sessions)
    text = json_v1.dump(shown)
    jsonschema.validate(json.loads(text), SCHEMA)
    assert json_v1.load(text, "v") == shown
    for name in ("console", "html"):
        assert "at 00000000" in OUTPUTS[name](Shown(shown), Terminal(width=200))
    assert "◆" in OUTPUTS["html"](Shown(shown), Terminal())
    alien = replace(shown, sessions=())
    assert "Timeline" not in OUTPUTS["console"](Shown(alien), Terminal())


def test_a_trend_is_drawn_with_its_new_levels() -> None:
    decision = _decide([1e-3] * 7 + [1.2e-3] * 6)
    shown = replace(report(row("moving", "unchanged", 0.0)), trends=decision.trends, sessions=decision.sessions)
    drawn = charts.draw(shown)
    assert drawn == charts.draw(json_v1.load(json_v1.dump(shown), "v"))
    assert 'class="mark"' in drawn["trend-1"]
    assert re.search(r"13 values, the head last and the oldest first, [\d.]+ (ms|µs) to 1\.2\d ms", drawn["trend-1"])
    assert "at 00000000" in drawn["trend-1"]
    assert drawn["trend-1"] in OUTPUTS["html"](Shown(shown), Terminal())
    assert not any(name.startswith("trend") for name in charts.draw(replace(shown, sessions=())))


@pytest.mark.parametrize("values", [(-1.7e308, 1.7e308), (1.7e308, 1.7e308, None), (0.0, 0.0), (-5e-324, 5e-324)])
def test_a_trend_of_any_values_is_drawn_within_its_picture(values: tuple[float | None, ...]) -> None:
    decision = _decide([1e-3] * 7 + [1.2e-3] * 6)
    shown = report(row("moving", "unchanged", 0.0))
    trend = msgspec.structs.replace(decision.trends[0], values=values, changes=())
    drawn = charts.draw(replace(shown, trends=(trend,), sessions=decision.sessions[: len(values) - 1]))
    assert "nan" not in drawn["trend-1"]
    assert "inf" not in drawn["trend-1"]
