"""Verdicts that were reached again, for a terminal: from the values of the pairs to each verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide.groups import group_of
from reporter.decide.recompute_words import why_not
from reporter.render import words
from reporter.render.console import wrap
from reporter.render.order import display_names
from reporter.render.plain import display_width
from reporter.render.view_text import clean_unit, exact, percent_text, prose
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reporter.decide.recompute import Again
    from reporter.model import Assessment, JudgedRow, PairValues, Report

_LABELS = 11
_MOST_LISTED = 20


def rows(report: Report, indexes: Sequence[int], found: Mapping[int, Again], *, width: int) -> str:
    """Return how the verdicts of some rows were reached again, in lines of at most ``width`` columns."""
    names = display_names(report)
    blocks = [
        _row(names[index], found[index], width)
        if index in found
        else _open(names[index], why_not(report, index), width)
        for index in indexes
    ]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def summary(report: Report, found: Mapping[int, Again], *, width: int) -> str:
    """Return of a whole report how many verdicts were reached again, and name those that were not."""
    names = display_names(report)
    differing = {index: again.differences[0] for index, again in found.items() if again.differences}
    open_rows = {index: why_not(report, index) for index in range(len(names)) if index not in found}
    lines = wrap(words.reached_again(len(found) - len(differing), len(found)), width)
    for title, rest in ((words.DIFFERING, differing), (words.NOT_JUDGED_AGAIN, open_rows)):
        lines += [line for text in _listed(title, names, rest) for line in wrap(text, width)]
    return "".join(f"{line}\n" for line in lines)


def _listed(title: str, names: Sequence[str], rest: Mapping[int, str]) -> Iterator[str]:
    if rest:
        yield f"{title} {len(rest):,}"
        yield from (f"  {prose(names[index])}: {prose(why)}" for index, why in list(rest.items())[:_MOST_LISTED])
    if len(rest) > _MOST_LISTED:
        yield f"  {words.more_rows(len(rest) - _MOST_LISTED)}"


def _open(name: str, why: str, width: int) -> list[str]:
    return [*wrap(prose(name), width), *wrap(f"{words.CANNOT_BE_JUDGED_AGAIN}: {prose(why)}", width)]


def _row(name: str, again: Again, width: int) -> list[str]:
    row, now = again.row, again.assessment
    steps = (
        ("clock", words.CLOCK_WORDS[now.comparison.clock] if now.comparison.clock else ""),
        ("value", "" if now.comparison.clock else words.value_of_run(row.statistic)),
        ("looks", "; ".join(words.look_taken(look.look, look.pairs, look.level) for look in row.looks)),
        ("before", _stored(row)),
        *_estimated(now),
        ("level", words.level_spent(again.stop.level, again.together)),
        ("bounds", words.bounds_of(percent_text(row.threshold), percent_text(row.margin))),
        ("verdict", f"{STATES[group_of(now)].symbol} {STATES[group_of(now)].word}: {prose(now.reason)}"),
        ("report", "; ".join(map(prose, again.differences)) or words.SAYS_THE_SAME),
    )
    return [*wrap(prose(name), width), *_pairs(again), *_labelled(steps, width)]


def _estimated(now: Assessment) -> Iterator[tuple[str, str]]:
    """Return the steps from the estimate to p; none where there were too few pairs for them."""
    change, noise = now.comparison.change, now.comparison.noise
    if change is None:
        return
    estimate = change.marginal
    yield "estimate", f"{estimate.point:.6g}"
    yield "noise", f"{noise.sd:.6g}, from {prose(noise.source)}" if noise else ""
    yield "interval", f"{estimate.low:.6g} to {estimate.high:.6g} ({percent_text(estimate.confidence)})"
    yield "p", f"{change.p_adjusted:.6g}" if change.p_adjusted is not None else ""


def _labelled(steps: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    for label, text in steps:
        if text:
            yield from wrap(f"{label:<{_LABELS}}{text}", width, later=" " * _LABELS)


def _stored(row: JudgedRow) -> str:
    if row.stored is None or any(each.clock for each in row.values):
        return ""
    variance, df = row.stored
    return words.stored_noise(variance**0.5, df)


def _pairs(again: Again) -> list[str]:
    """Format the values of the pairs up to the last look, as they were given: nothing is rounded."""
    unit = clean_unit(again.row.metric.unit)
    series = next(each for each in again.row.values if again.stop.look in each.looks)
    cells = [("pair", "base", "head", "change", "began"), *_cells(again, series, unit)]
    widths = [max(map(display_width, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(f"{cell:>{size}}" for cell, size in zip(line, widths, strict=True)).rstrip() for line in cells]


def _cells(again: Again, series: PairValues, unit: str) -> Iterator[tuple[str, ...]]:
    both = list(zip(series.base, series.head, strict=True))[: again.stop.look]
    for number, (base, head) in enumerate(both):
        began = {"b": "base", "h": "head", "": ""}[again.began[number : number + 1]]
        yield (
            str(number + 1),
            exact(base, unit) or "–",
            exact(head, unit) or "–",
            _change(again.row, base, head, unit) or "–",
            began,
        )


def _change(row: JudgedRow, base: float | None, head: float | None, unit: str) -> str:
    if base is None or head is None:
        return ""
    return percent_text(head / base - 1, signed=True) if row.kind == "ratio" else exact(head - base, unit)
