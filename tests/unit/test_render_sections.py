"""The smaller parts of a view: the trend, the commands to measure again, resources, categories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporter.model import RunResources
from reporter.render import view
from reporter.render.plain import in_phrases, unbroken
from reporter.render.sparkline import MOST, sparkline
from reporter.render.view_again import pytest_of, repeat_one
from reporter.render.view_tables import MOST_CATEGORIES, resources
from tests.reports import MEASURED, many_rows, mixed, one_regression, report, row


@pytest.mark.parametrize(
    ("values", "bars"),
    [
        ((1.0, 2.0, 3.0, 8.0), "▁▂▃█"),
        ((8.0, None, 1.0), "█·▁"),
        ((5.0, 5.0), "▁▁"),
        ((-1.0, 1.0), "▁█"),
        ((1.0, float("nan"), float("inf")), ""),
        ((1.0,), ""),
        ((), ""),
    ],
)
def test_a_trend_is_a_bar_for_each_value(values: tuple[float | None, ...], bars: str) -> None:
    assert sparkline(values) == bars


def test_a_trend_ends_with_the_newest_values() -> None:
    assert sparkline([100.0, *map(float, range(MOST))]) == "▁▂▃▄▅▆▇█"


@pytest.mark.parametrize(
    ("command", "pytest_command"),
    [
        ("pytest benchmarks --benchmark-json={output}", "pytest"),
        ("uv run python3.13 -m  pytest -q --benchmark-json={output}", "python3.13 -m pytest"),
        ("cd b && ../.venv/bin/python -m pytest --benchmark-json={output}", "../.venv/bin/python -m pytest"),
        ("pytest benchmarks", None),
        ("mypytest x --benchmark-json={output}", None),
        ("$(evil)python -m pytest x --benchmark-json={output}", "pytest"),
        (None, None),
    ],
)
def test_how_a_command_starts_pytest(command: str | None, pytest_command: str | None) -> None:
    assert pytest_of(command) == pytest_command


def test_one_benchmark_alone_is_measured_by_its_node_and_quoted_for_the_shell() -> None:
    quoted = "pytest 'b/test_a.py::test_x[$(rm -rf ~)'\"'\"';]' --benchmark-json=one.json"
    assert repeat_one("pytest", "b/test_a.py::test_x[$(rm -rf ~)';]") == quoted
    assert repeat_one("pytest", "test_x") == ""
    assert repeat_one("pytest", "a.py::x\ny") == ""
    assert repeat_one("pytest", "-pevil.py::x") == ""
    assert repeat_one(None, "a.py::x") == ""


def test_resources_are_the_middle_and_the_range_of_each_side() -> None:
    def run(side: str, wall: float, memory: float | None) -> RunResources:
        return RunResources(
            side="base" if side == "base" else "head",
            wall_seconds=wall,
            cpu_seconds=None,
            peak_memory_bytes=memory,
            read_bytes=0.0,
            written_bytes=None,
        )

    base, head = resources(
        (run("base", 1.0, 5e6), run("head", 3.0, None), run("base", 2.0, 6e6), run("base", 9.0, 5e6))
    )
    assert (base.label, base.runs, base.wall, base.memory) == (
        "Baseline",
        "3",
        "2.00 s (1.00 s to 9.00 s)",
        "5.00 MB (5.00 MB to 6.00 MB)",
    )
    assert (head.label, head.wall, head.cpu, head.memory, head.read) == ("Head", "3.00 s", "–", "–", "0 B")
    assert resources(()) == ()


def test_categories_lead_to_their_rows_and_count_their_verdicts() -> None:
    none, load, budgets = view.build(mixed()).categories
    assert (none.name, none.address, none.rows) == ("(no category)", "", "15")
    assert (load.name, load.address, load.verdicts, load.change) == (
        "load",
        "#category=load",
        "1 too noisy to tell",
        "–",
    )
    assert (budgets.name, budgets.address, budgets.budgets, budgets.severity) == ("api", "", "1 of 2 met", "critical")
    algorithms = view.build(one_regression()).categories[1]
    assert (algorithms.verdicts, algorithms.change) == ("1 regressed", "+25.1%")


def test_one_category_is_no_table_and_ten_thousand_are_a_short_one() -> None:
    assert view.build(many_rows(20)).categories == ()
    rows = (row(f"a{i}", "unchanged", 0.0, category=f"group {i % 200}") for i in range(300))
    assert len(view.build(report(*rows)).categories) == MOST_CATEGORIES


def test_raw_numbers_are_kept_for_the_first_rows_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "MOST_DETAILED", 3)
    rows = view.build(mixed()).rows()
    assert [bool(item.facts) for item in rows[:5]] == [True, True, True, False, False]
    assert all(item.reason for item in rows)


def test_without_a_command_nothing_can_be_measured_again() -> None:
    labels = [label for label, _ in view.build(report(row("a.py::b", "new"), measured=MEASURED)).rows()[0].facts]
    assert "To measure it alone" in labels
    shown = view.build(report(row("a.py::b", "new"), measured=replace(MEASURED, command=None)))
    assert "To measure it alone" not in [label for label, _ in shown.rows()[0].facts]
    assert shown.setup.repeat == ()


def test_a_number_stays_with_its_unit() -> None:
    assert unbroken("1.23 ms → 9 µs, +5.0% of 3 MB/s") == "1.23\u00a0ms → 9\u00a0µs, +5.0% of 3\u00a0MB/s"
    assert unbroken("5 runs in 3 some, 12 k/s, 4 s") == "5 runs in 3 some, 12\u00a0k/s, 4\u00a0s"


def test_a_sentence_breaks_between_phrases_only() -> None:
    assert in_phrases("a much longer sentence than that", 9) == "a\u00a0much longer sentence than\u00a0that"
    assert in_phrases("short", 2) == "short"
    assert in_phrases("") == ""
