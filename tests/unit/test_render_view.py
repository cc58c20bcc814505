from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from reporter.model import BaselineSource, BudgetResult, Gate, Shift
from reporter.render import markdown, view
from reporter.shared.model import Notice
from reporter.verdicts import STATES, VERDICTS
from tests.reports import (
    BASE_SHA,
    HEAD_SHA,
    HOSTILE_NAMES,
    MEASURED,
    MEMORY,
    QUIET_SHIFT,
    SITUATIONS,
    SOURCE,
    UNDECLARED,
    errors_row,
    estimate,
    hostile,
    mixed,
    no_baseline,
    nothing_changed,
    one_regression,
    report,
    row,
    unchanged_rows,
    undecided,
)

if TYPE_CHECKING:
    from reporter.model import Assessment, Report
    from reporter.render.view_types import ReportView


def _names(shown: ReportView) -> list[str]:
    return [item.name for item in shown.rows()]


def test_rows_come_in_order_of_importance() -> None:
    shown = view.build(mixed())
    assert [group.key for group in shown.groups] == [
        "regressed", "errored", "missing", "improved", "possible", "new", "not_comparable", "inconclusive", "unchanged",
        "report_only",
    ]  # fmt: skip
    assert [group.key for group in shown.groups if group.calls] == [
        "regressed", "errored", "missing", "improved", "possible",
    ]  # fmt: skip


def test_within_a_group_the_largest_change_comes_first_and_halved_equals_doubled() -> None:
    shown = view.build(report(row("b", "regressed", 0.5), row("c", "regressed", 0.06), row("a", "regressed", -0.5)))
    assert _names(shown) == ["a", "b", "c"]


def test_keys_name_the_row_of_the_report_whatever_the_order() -> None:
    shown = view.build(report(row("quiet", "unchanged", 0.0), row("loud", "regressed", 0.2)))
    assert [(item.key, item.name) for item in shown.rows()] == [("row-1", "loud"), ("row-0", "quiet")]


def test_a_name_carries_parameters_and_metric_only_where_they_tell_something() -> None:
    shown = view.build(
        report(
            row("plain", "new"),
            row("with_params", "new", params=(("size", "10"), ("kind", "json"))),
            row("test_parse[10-json]", "new", params=(("size", "10"), ("kind", "json"))),
            row("test_parse[other]", "new", params=(("size", "10"),)),
            row("two", "new"),
            row("two", "new", metric=MEMORY),
        )
    )
    assert _names(shown) == [
        "plain",
        "with_params (size=10, kind=json)",
        "test_parse[10-json]",
        "test_parse[other] (size=10)",
        "two · time",
        "two · peak_memory",
    ]


def test_a_row_in_words() -> None:
    item = view.build(one_regression()).rows()[0]
    assert (item.baseline, item.head) == ("1.23 ms", "1.54 ms")
    assert (item.change, item.interval) == ("+25.1%", "23.1 to 27.1%")
    assert (item.symbol, item.word, item.effort, item.detectable) == ("✗", "regressed", "5 × 20", "2.1%")
    assert (item.exact.baseline, item.exact.head, item.exact.change) == ("0.001234 s", "0.001543734 s", "0.251")
    assert dict(item.facts) == {
        "Metric": "time, lower is better",
        "Baseline": "lowest 0.001234 s, median 0.00128336 s, highest 0.0013820800000000002 s, 5 runs, 100 rounds",
        "Head": "lowest 0.001543734 s, median 0.00160548336 s, highest 0.0017289820800000001 s, 5 runs, 100 rounds",
        "Values shown": "lowest value of each run, averaged over the runs",
        "Change": "0.251, 95% interval 0.231 to 0.271",
        "All together": "interval 0.219 to 0.283, adjusted p 0.0004",
        "Minimum change": "2.0%",
        "Equivalence margin": "±3.0%",
        "Smallest detectable change": "2.1%, found in four of five cases",
        "Run-to-run noise": "±1.2%, from history",
        "Measured before": "0.001224128 s, –, 0.001243872 s, 0.001229064 s, 0.0012389360000000002 s, 0.001224128 s",
        "To measure it alone": "pytest 'bench/test_sort.py::test_sort[a b]' --benchmark-json=one.json",
    }
    assert item.trend == "▁·▁▁▁▁█"


def test_what_has_no_value_has_no_facts() -> None:
    item = view.build(report(row("test_gone", "missing"))).rows()[0]
    assert [label for label, _ in item.facts] == ["Metric", "Baseline", "Values shown"]


def test_how_to_measure_again() -> None:
    shown = view.build(nothing_changed())
    assert shown.setup.repeat == (
        f"git switch --detach {BASE_SHA}",
        "pytest benchmarks -q --benchmark-json=base.json",
        f"git switch --detach {HEAD_SHA}",
        "pytest benchmarks -q --benchmark-json=head.json",
        "benchverdict compare --baseline base.json --head head.json",
    )
    assert view.build(report(measured=replace(MEASURED, command=None))).setup.repeat == ()


def test_a_commit_from_outside_never_becomes_a_line_for_a_shell() -> None:
    evil = replace(MEASURED, base_sha="x; rm -rf ~", head_sha="$(id)", command="make bench\n\x1b[2J")
    assert view.build(report(measured=evil)).setup.repeat == ("make bench", "\\x1b[2J")


def test_what_was_not_measured() -> None:
    assert view.build(mixed()).not_measured == (
        "1 errored: no usable value.",
        "1 missing: in the baseline, and not measured this time.",
        "1 new: measured now, and not in the baseline.",
        "1 not comparable: measured on both sides in ways that cannot be compared.",
        "1 informational: no direction is declared as the good one.",
        "1 budget not measured: nothing gave a value for them.",
    )
    assert view.build(nothing_changed()).not_measured == ()
    assert view.build(no_baseline()).not_measured == ()


def test_a_difference_is_shown_in_its_unit() -> None:
    item = view.build(report(errors_row())).rows()[0]
    assert (item.change, item.interval) == ("+1.00", "−0.500 to 2.50")


def test_where_higher_is_better_the_highest_value_is_shown() -> None:
    serve = next(item for item in view.build(mixed()).rows() if item.name == "serve")
    assert serve.baseline == "13.8 k/s"
    assert serve.value_of.startswith("highest")


@pytest.mark.parametrize(
    ("shown", "lead", "headline"),
    [
        (nothing_changed(), *["No performance change"] * 2),
        (
            one_regression(),
            "test_sort[a b] is 25% slower",
            "test_sort[a b] is 25% slower; 1 improved, 8 no change detected, 1 too noisy to tell",
        ),
        (no_baseline(), *["Benchverdict is set up: 8 benchmarks measured, nothing to compare yet"] * 2),
        (undecided(), *["No verdict: the head failed"] * 2),
        (replace(undecided(), failed=None), *["No verdict: one side could not be measured"] * 2),
        (report(row("a", "regressed", 0.3)), *["a is 30% slower"] * 2),
        (
            report(row("a", "regressed", 0.3), row("b", "regressed", 0.1)),
            *["Both benchmarks are slower, a most (+30.0%)"] * 2,
        ),
        (
            report(row("a", "regressed", 0.3), status="passed"),
            *["a is 30% slower; this does not fail the gate"] * 2,
        ),
        (
            report(row("a", "inconclusive", 0.3, suspect=True), *unchanged_rows(), confirm=True),
            "1 of 9 benchmarks may have changed; 1 to be measured a second time",
            "1 of 9 benchmarks may have changed; 8 no change detected; 1 to be measured a second time",
        ),
        (
            report(
                *unchanged_rows(),
                shift=Shift(change=estimate(0.04, 0.01), verdict="regressed", reason="the suite became worse"),
            ),
            "The whole suite is 4% slower",
            "The whole suite is 4% slower; 8 no change detected",
        ),
        (report(), *["Nothing was compared"] * 2),
        (
            report(row("a", "not_comparable"), row("b", "not_comparable")),
            *["Nothing was compared: both benchmarks are not comparable"] * 2,
        ),
        (
            report(row("a", "errored"), row("b", "not_comparable"), row("c", "new")),
            "Nothing was compared: 1 of 3 benchmarks errored",
            "Nothing was compared: 1 of 3 benchmarks errored; 1 not comparable, 1 new",
        ),
        (
            report(row("a", "errored"), row("b", "errored"), row("c", "unchanged", 0.0)),
            "2 of 3 benchmarks errored",
            "2 of 3 benchmarks errored; 1 no change detected",
        ),
        (
            report(row("a", "errored"), row("b", "new"), baseline=None, compare="none"),
            *["Benchverdict is set up: 1 benchmark measured, 1 errored, nothing to compare yet"] * 2,
        ),
    ],
)
def test_the_headline_is_one_sentence(shown: Report, lead: str, headline: str) -> None:
    built = view.build(shown)
    assert (built.lead, built.headline) == (lead, headline)


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ((row("a", "not_comparable"),), "not_compared"),
        ((row("a", "not_comparable", metric=UNDECLARED),), "not_compared"),
        ((row("a", "errored"), row("b", "unchanged", 0.0)), "incomplete"),
        ((row("a", "not_comparable"), row("b", "unchanged", 0.0)), "passed"),
        ((row("a", "inconclusive"),), "too_noisy"),
        ((row("a", "inconclusive"), row("b", "unchanged", 0.0)), "passed"),
        ((row("a", "inconclusive"), row("b", "inconclusive"), row("c", "unchanged", 0.0)), "too_noisy"),
        ((row("a", "inconclusive"), row("b", "unchanged", 0.0, metric=MEMORY)), "too_noisy"),
        ((row("a", "inconclusive"), row("b", "regressed", 0.5)), "failed"),
    ],
)
def test_what_could_not_be_seen_has_no_tick(rows: tuple[Assessment, ...], outcome: str) -> None:
    built = view.build(report(*rows))
    assert built.outcome == outcome
    assert (built.symbol == "✓") is (outcome == "passed")


def test_what_looks_changed_without_a_verdict_is_never_folded_away_as_inconclusive() -> None:
    shown = view.build(
        report(
            row("up", "inconclusive", 0.05, half_width=0.04),
            row("down", "inconclusive", -0.05, half_width=0.04),
            row("wide", "inconclusive", 0.05, half_width=0.06),
            row("blind", "inconclusive"),
            *unchanged_rows(),
        )
    )
    groups = {group.key: group for group in shown.groups}
    assert [(item.name, item.word, item.verdict) for item in groups["possible"].rows] == [
        ("down", "possible change", "inconclusive"),
        ("up", "possible change", "inconclusive"),
    ]
    assert groups["possible"].calls
    assert not shown.quiet
    assert [item.name for item in groups["inconclusive"].rows] == ["wide", "blind"]
    assert shown.headline == "2 of 12 benchmarks may have changed; 8 no change detected, 2 too noisy to tell"
    open_table = markdown.comment(shown).partition("<details>")[0]
    assert "<code>up</code>" in open_table
    assert "`wide`" not in open_table


@pytest.mark.parametrize(
    ("home", "url"),
    [
        (None, ""),
        ("", ""),
        (
            "https://github.com/acme/benchverdict",
            "https://github.com/acme/benchverdict/blob/HEAD/docs/messages.md#a-code",
        ),
        ("https://github.acme.example/acme/benchverdict", ""),
        ("https://github.com/acme", ""),
        ("https://github.com/acme/x/../../evil/y", ""),
        ("https://github.com/acme/x?y=(1", ""),
        ("javascript:alert(1)//github.com/a/b", ""),
    ],
)
def test_messages_lead_to_the_project_where_its_home_is_known_and_else_nowhere(home: str | None, url: str) -> None:
    shown = view.build(report(warnings=(Notice(code="a-code", text="it says"),)), home=home)
    assert shown.warnings[0].url == url
    assert ("](" in markdown.summary(shown)) is bool(url)


def test_no_page_names_an_owner_that_does_not_exist() -> None:
    for made in SITUATIONS.values():
        assert "github.com/OWNER" not in markdown.summary(view.build(made()))


def test_a_run_that_saves_a_baseline_says_so_and_not_that_it_has_none() -> None:
    first = replace(no_baseline(), saved=True, gate=Gate(status="passed"))
    assert view.build(first).headline == f"Baseline saved: 8 benchmarks, {HEAD_SHA[:10]}"
    assert (view.build(first).outcome, view.build(first).symbol) == ("saved", "○")
    compared = replace(nothing_changed(), saved=True)
    assert view.build(compared).headline == f"Baseline saved: 8 benchmarks, {HEAD_SHA[:10]}; no performance change"
    assert view.build(compared).outcome == "passed"
    slower = replace(one_regression(), saved=True)
    assert view.build(slower).headline.startswith("test_sort[a b] is 25% slower")


def test_several_metrics_of_a_benchmark_are_not_counted_as_benchmarks() -> None:
    assert "of 15 benchmark metrics" in view.build(replace(mixed(), shift=None)).headline


def test_quiet_means_nothing_asks_for_attention() -> None:
    assert view.build(nothing_changed()).quiet
    moved = Shift(change=estimate(0.04, 0.01), verdict="regressed", reason="worse")
    broken = BudgetResult(
        benchmark="a", metric="p95", unit="s", value=2.0, target=1.0, warning=None, critical=None, status="above_target"
    )
    assert not view.build(replace(nothing_changed(), shift=moved)).quiet
    assert not view.build(replace(nothing_changed(), budgets=(broken,))).quiet
    assert not view.build(report(*unchanged_rows(), row("a", "new"))).quiet
    assert not view.build(no_baseline()).quiet


def test_the_context_names_both_commits_age_machine_effort_and_shift() -> None:
    assert dict(view.build(one_regression()).setup.context) == {
        "Baseline": "4f6c9d2b1a (2 h 1 min old)",
        "Head": "c0ffee1234",
        "Machine": "AMD EPYC 7763 64-Core Processor, 4 cores, ubuntu24, CPython 3.13",
        "Measured": "5 runs × 20 rounds in 1 min 32 s",
        "Whole suite": "+0.2% (−0.3 to 0.7%)",
    }


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (report(baseline=None, baseline_reason="no artifact", compare="none"), "none: no artifact"),
        (report(baseline=None, compare="paired"), "4f6c9d2b1a (measured in this job)"),
        (
            report(baseline=replace(SOURCE, commit=BASE_SHA[::-1], distance=2)),
            "89abcdef67 (2 h 1 min old, 2 commits before the base 4f6c9d2b1a)",
        ),
        (report(baseline=replace(SOURCE, fingerprint_match=False)), "4f6c9d2b1a (2 h 1 min old, another machine)"),
        (report(baseline=BaselineSource(commit=None)), "unknown commit"),
    ],
)
def test_the_baseline_says_where_it_comes_from(changed: Report, expected: str) -> None:
    assert dict(view.build(changed).setup.context)["Baseline"] == expected


def test_a_single_reason_that_the_headline_gives_is_not_repeated() -> None:
    assert view.build(one_regression()).reasons == ()
    assert view.build(mixed()).reasons == ("3 benchmarks regressed", "1 benchmark beyond a critical budget")
    assert view.build(undecided()).reasons == ()
    assert len(view.build(replace(undecided(), failed=None)).reasons) == 1


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://github.com/a/b/actions/runs/1/artifacts/2", True),
        ("http://127.0.0.1:8080/x?y=1", True),
        ("javascript:alert(1)", False),
        ("https://evil.example/)[x](http://y", False),
        ("https://a b", False),
        ("https://a\n", False),
        (None, False),
    ],
)
def test_only_a_plain_address_becomes_a_link(address: str | None, *, kept: bool) -> None:
    assert view.build(nothing_changed(), artifact_url=address).artifact_url == (address if kept else "")


def test_all_strings_of_a_hostile_report_are_one_printable_bounded_line() -> None:
    shown = view.build(hostile())
    strings = [text for item in shown.rows() for text in _strings(item)]
    strings += [
        *_strings(shown),
        *shown.reasons,
        *shown.setup.repeat,
        *(text for item in (*shown.setup.environment, *shown.setup.resources) for text in _strings(item)),
        *(part for pair in (*shown.setup.context, *shown.setup.measured) for part in pair),
    ]
    strings += [text for item in shown.rows() for text in _strings(item.exact)]
    strings += [text for budget in shown.budgets for text in _strings(budget)]
    strings += [warning.text for warning in shown.warnings]
    assert len(strings) > 20 * len(HOSTILE_NAMES)
    assert all(text.isprintable() for text in strings)
    assert max(map(len, strings)) <= 2_000


def _strings(item: object) -> list[str]:
    values = (getattr(item, name) for name in item.__slots__)  # type: ignore[attr-defined]  # all views have slots
    return [value for value in values if isinstance(value, str)]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_row_says_why(situation: str) -> None:
    assert all(item.reason for item in view.build(SITUATIONS[situation]()).rows())


def test_symbols_are_one_column_and_every_group_has_words() -> None:
    assert {len(state.symbol) for state in STATES.values()} == {1}
    assert all(state.word and state.title for state in STATES.values())
    assert set(VERDICTS) < STATES.keys()


def test_the_smallest_change_that_could_have_been_found_is_said() -> None:
    assert view.build(nothing_changed()).note == (
        "All 8 benchmarks stayed within ±3%. A slowdown of 2.1% or more would probably have been caught."
    )
    assert view.build(undecided()).note == ""


def test_of_more_than_twice_as_much_no_number_is_said() -> None:
    row = replace(one_regression().assessments[0], detectable=61.0)
    shown = view.build(report(row))
    assert shown.note == ""
    found = "more than 100%, found in four of five cases"
    assert dict(shown.rows()[0].facts)["Smallest detectable change"] == found


def test_a_first_run_says_how_to_get_a_baseline() -> None:
    assert "push to the default branch" in view.build(no_baseline()).note


def test_an_unknown_length_of_time_or_machine_leaves_its_piece_out() -> None:
    bare = report(*unchanged_rows(), measured=replace(MEASURED, seconds=None, fingerprint=type(MEASURED.fingerprint)()))
    context = dict(view.build(bare).setup.context)
    assert context["Measured"] == "5 runs × 20 rounds"
    assert "Machine" not in context
    assert QUIET_SHIFT.verdict == "unchanged"


def test_a_report_without_before_and_after_shows_a_value_of_each_side() -> None:
    """Files of older versions have none; new ones show them, whatever the extremes of the sides are."""
    whole = row("a", "regressed", 0.25)
    assert whole.comparison.change is not None
    moved = structs.replace(whole.comparison.change, before=2.0, after=2.5, statistic="q10")
    shown = []
    for change in (moved, structs.replace(moved, before=None, after=None)):
        item = replace(whole, comparison=replace(whole.comparison, change=change))
        built = view.build(report(item)).rows()[0]
        shown.append((built.baseline, built.head, built.value_of))
    assert shown == [
        ("2.00 s", "2.50 s", "10th percentile of each run, averaged over the runs"),
        ("1.23 ms", "1.54 ms", "lowest value of each run, averaged over the runs"),
    ]


@pytest.mark.parametrize(
    ("codes", "headline"),
    [
        ((), "Benchverdict is set up: 1 benchmark measured, nothing to compare yet"),
        (("noise-steal",), "Benchverdict is set up: 1 benchmark measured, nothing to compare yet"),
        (("time-limit-too-short",), "Nothing was compared: 1 of 1 benchmark is new"),
        (("not-paired",), "Nothing was compared: 1 of 1 benchmark is new"),
    ],
)
def test_a_reason_why_there_are_no_pairs_is_more_than_a_missing_baseline(codes: tuple[str, ...], headline: str) -> None:
    first = report(row("a", "new"), baseline=None, compare="none")
    gate = Gate(status="undecided", reasons=("why",), cause="not-compared")
    warnings = tuple(Notice(code=code, text="why") for code in codes)
    shown = view.build(replace(first, gate=gate, baseline_reason="none was saved yet", warnings=warnings))
    assert shown.headline == headline
    assert ("why" in shown.reasons) is headline.startswith("Nothing")
