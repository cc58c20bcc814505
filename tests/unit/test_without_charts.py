"""Without matplotlib, an extra of the package, a report has all but its charts, and says how to get them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from reporter.commands.explain import _drawn
from reporter.commands.outputs import report_line, write_report_folder
from reporter.render import charts
from reporter.shared.errors import UsageError
from tests.reports import one_regression

ROOT = Path(__file__).parents[2]


@pytest.fixture
def _without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "find_spec", lambda _: None)


@pytest.mark.usefixtures("_without_matplotlib")
def test_a_report_is_whole_but_for_its_charts(tmp_path: Path) -> None:
    write_report_folder(one_regression(), tmp_path)
    assert {"verdict.json", "report.html", "summary.md", "comment.md"} <= {path.name for path in tmp_path.iterdir()}
    assert not list(tmp_path.glob("charts/*"))
    assert "benchverdict[charts]" in report_line(tmp_path)


@pytest.mark.usefixtures("_without_matplotlib")
def test_a_picture_that_was_asked_for_is_an_error() -> None:
    with pytest.raises(UsageError) as caught:
        _drawn(one_regression(), 0)
    assert (caught.value.code, caught.value.exit_code) == ("no-charts", 2)


def test_with_matplotlib_nothing_is_said(tmp_path: Path) -> None:
    write_report_folder(one_regression(), tmp_path)
    assert list(tmp_path.glob("charts/*.svg"))
    assert report_line(tmp_path) == f"report: {tmp_path / 'report.html'}\n"


def test_only_the_extra_needs_matplotlib_and_the_action_has_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not any("matplotlib" in each for each in project["dependencies"])
    assert [each.partition(">")[0] for each in project["optional-dependencies"]["charts"]] == ["matplotlib"]
    assert "matplotlib" in (ROOT / "requirements" / "runtime.in").read_text(encoding="utf-8").split()
