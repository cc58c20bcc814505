"""``benchverdict explain``: one benchmark of a report at length, in words, numbers and a picture."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands.configured import config_of
from reporter.commands.outputs import terminal
from reporter.commands.suites import suite_from
from reporter.decide.align import align
from reporter.decide.assessing import distribution
from reporter.decide.recompute import judge_again
from reporter.decide.recompute_words import why_not
from reporter.ingest import measured
from reporter.masking import without_secrets
from reporter.model import benchmark_label
from reporter.records import json_v1
from reporter.render import recomputed
from reporter.render.explanation import explain as explanation
from reporter.render.names import cut_apart, without_prefix
from reporter.render.order import display_names
from reporter.shared.batch import Batch
from reporter.shared.errors import InputError, UsageError
from reporter.shared.files import write_atomically
from reporter.shared.printable import shorten, visible
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser
    from reporter.config import Config
    from reporter.decide.recompute import Again
    from reporter.ingest.measured import Measurement
    from reporter.model import Assessment, Comparison, Report, Suite

CANDIDATES_SHOWN = 10
LONGEST_LISTED = 200
"""Columns of a name in a list; a longer one is cut, and found as it is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRequest:
    """What ``explain`` was called with. Of ``verdict`` and ``root`` the first goes before the second.

    Without a ``name`` the whole report is meant, which can only be judged again (``recompute``).
    """

    name: str | None
    verdict: Path | None
    root: Path
    output: Path | None
    recompute: bool = False


def add_arguments(parser: CommandParser) -> None:
    """Add what ``explain`` takes."""
    parser.add_argument("benchmark", metavar="NAME", nargs="?", help="its name, a glob, or a part no other name has")
    group = parser.add_group("input and output")
    source = group.add_mutually_exclusive_group()
    source.add_argument("--from", dest="verdict", type=Path, metavar="FILE", help="a verdict.json")
    source.add_argument("--root", type=Path, default=shared.ROOT, metavar="DIR", help="runs and report")
    shown = group.add_mutually_exclusive_group()
    shown.add_argument("--output-file", type=Path, metavar="FILE", help="write the picture as SVG too")
    parser.add_renamed("--output", "--output-file")
    shown.add_argument("--recompute", action="store_true", help="judge it, or all, again from verdict.json alone")
    shared.add_place(parser, root=False, name=False)
    parser.add_examples(
        "benchverdict explain test_search",
        "benchverdict explain --recompute --from verdict.json",
        page="docs/explain.md",
    )


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Explain; return the exit code."""
    request = ExplainRequest(
        name=arguments.benchmark,
        verdict=arguments.verdict,
        root=arguments.root,
        output=arguments.output_file,
        recompute=arguments.recompute,
    )
    return explain(request, config_of(arguments), stdout)


def explain(request: ExplainRequest, config: Config, stdout: TextIO) -> int:
    """Explain every row of one benchmark; return the exit code.

    Raises:
        UsageError: no benchmark is called so, or several are.
        InputError: there is no report, nothing in the row to draw, or a verdict that is not reached again.
    """
    report = json_v1.read(request.verdict or request.root / "report" / "verdict.json")
    if request.recompute:
        return _recompute(without_secrets(report), request.name, stdout)
    if request.name is None:
        raise UsageError(
            "no-name",
            "explain needs the name of a benchmark",
            cure="benchverdict explain NAME, with a name of the report; or --recompute for all of it",
        )
    indexes = find(report, request.name)
    if request.verdict is None:
        report = _with_runs(report, indexes, request.root, config)
    report = without_secrets(report)
    stdout.write(explanation(report, indexes, width=terminal(stdout).width))
    if request.output is not None:
        write_atomically(request.output, _drawn(report, indexes[0]))
        stdout.write(f"\npicture: {request.output}\n")
    return 0


def _recompute(report: Report, name: str | None, stdout: TextIO) -> int:
    """Judge a report again, or one benchmark of it, from what the report holds alone."""
    width = terminal(stdout).width
    indexes = range(len(report.assessments)) if name is None else find(report, name)
    found = judge_again(report)
    stdout.write(
        recomputed.summary(report, found, width=width)
        if name is None
        else recomputed.rows(report, indexes, found, width=width)
    )
    asked = [found[index] for index in indexes if index in found]
    if not asked:
        why = why_not(report, indexes[0]) if indexes else "the report has no rows"
        raise InputError("cannot-recompute", f"nothing can be judged again: {why}", cure=_PAIRED_CURE)
    _refuse_differing(asked)
    return 0


def _refuse_differing(asked: list[Again]) -> None:
    differing = [again for again in asked if again.differences]
    if differing:
        row, first = differing[0].row, differing[0].differences[0]
        name = shorten(visible(benchmark_label(row.name, row.params)), 100)
        what = f"{len(differing)} of {len(asked)} verdicts do not follow from their values; of {name!r}, {first}"
        raise InputError("recomputed-differs", what, cure=_DIFFERS_CURE)


_PAIRED_CURE = "compare in pairs, and give the verdict.json of this version"
_DIFFERS_CURE = "use the file as it was written, and the version that wrote it: the file names it as its generator"


def find(report: Report, name: str) -> list[int]:
    """Return the rows of the one benchmark that is called so, matches the glob, or has it as a part of its name.

    Raises:
        UsageError: there is none, or several are; names the candidates.
    """
    rows = [row.comparison for row in report.assessments]
    whole = [benchmark_label(row.name, row.params) for row in rows]
    listed = dict(zip(dict.fromkeys(whole), _listed_names(list(dict.fromkeys(whole))), strict=True))
    known = [
        (shown, label, row.name, listed[label])
        for shown, label, row in zip(display_names(report), whole, rows, strict=True)
    ]
    for matches in (_is_equal, _is_glob, _is_part):
        found = [index for index, names in enumerate(known) if any(matches(text, name) for text in names)]
        if len({whole[index] for index in found}) == 1:
            return found
        if found:
            raise _ambiguous(name, list(dict.fromkeys(listed[whole[index]] for index in found)))
    raise _unknown(name, list(listed.values()))


def _listed_names(labels: list[str]) -> list[str]:
    """Return how benchmarks are listed: visible, without their common prefix, never alike; each finds its benchmark."""
    _, names = without_prefix([visible(label) for label in labels])
    return cut_apart(names, LONGEST_LISTED)


def _is_equal(text: str, name: str) -> bool:
    return text == name


def _is_glob(text: str, name: str) -> bool:
    """``*`` and ``?`` are wild; square brackets are literal, because pytest puts parameters in them."""
    return fnmatchcase(text, name.replace("[", "[[]"))


def _is_part(text: str, name: str) -> bool:
    return name.lower() in text.lower()


def _ambiguous(name: str, candidates: list[str]) -> UsageError:
    return UsageError(
        "ambiguous-benchmark",
        f"{len(candidates)} benchmarks match {name!r}: {_listed(candidates)}",
        cure="give the whole name, in quotes",
    )


def _unknown(name: str, names: list[str]) -> UsageError:
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.3) or names
    listed = _listed(near) if near else "none"
    return UsageError(
        "unknown-benchmark", f"the report has no benchmark {name!r}", cure=f"use one of those it has: {listed}"
    )


def _listed(names: list[str]) -> str:
    more = f", and {len(names) - CANDIDATES_SHOWN:,} more" if len(names) > CANDIDATES_SHOWN else ""
    return ", ".join(names[:CANDIDATES_SHOWN]) + more


def _with_runs(report: Report, indexes: list[int], root: Path, config: Config) -> Report:
    """Put the runs of these rows back in, where the folder still holds what the report was made of."""
    try:
        measurement = measured.load(root / "measure")
    except InputError:
        return report
    if measurement.finished_at != report.measured.finished_at:
        return report
    sides = _sides(measurement, root, config)
    if sides is None:
        return report
    rows = list(report.assessments)
    for index in indexes:
        rows[index] = _with_distribution(rows[index], *sides)
    return replace(report, assessments=tuple(rows))


def _sides(measurement: Measurement, root: Path, config: Config) -> tuple[Suite, Suite] | None:
    pairs = measurement.pairs(Batch.FIRST)
    if pairs:
        base, head = (suite_from([pair[side] for pair in pairs], config, measurement.name) for side in (0, 1))
        return base, head
    stored = open_store(root / "baseline").known(measurement.name)
    if stored is None:
        return None
    return stored.suite, suite_from(measurement.batch("head", Batch.FIRST), config, measurement.name)


def _with_distribution(assessment: Assessment, base: Suite, head: Suite) -> Assessment:
    """Add the rounds to a row that lacks them; one that has them was decided on those."""
    shown = assessment.comparison
    if shown.distribution is not None or shown.change is None:
        return assessment
    rows = [row for row in align(base, head).common if _is_same(shown, row.benchmark.name, row.metric.name)]
    params = {(*row.benchmark.params, *row.benchmark.details): row for row in rows}
    row = params.get(shown.params)
    return replace(assessment, comparison=replace(shown, distribution=distribution(row))) if row else assessment


def _is_same(shown: Comparison, name: str, metric: str) -> bool:
    return (shown.name, shown.metric.name) == (name, metric)


def _drawn(report: Report, index: int) -> str:
    from reporter.render.charts import can_draw, draw_row

    if not can_draw():
        cure = "pip install 'benchverdict[charts]', or leave --output-file out"
        raise UsageError("no-charts", "a picture needs matplotlib, which is not installed", cure=cure)
    drawn = draw_row(report, index)
    if drawn is None:
        raise InputError(
            "no-picture",
            "this benchmark has no change with an interval to draw",
            cure="leave --output-file out; benchverdict explain NAME says why there is no change",
        )
    return drawn
