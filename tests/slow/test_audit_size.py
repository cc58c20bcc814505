"""What pairs were judged from fits into a report, for the largest suite that is promised to work, and is read again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from msgspec import structs

from entrypoint import archive
from reporter.decide.kept_values import digest, fitting
from reporter.decide.recompute import judge_again
from reporter.model import Assessment, JudgedRow, Judging, RowLook
from reporter.records import json_v1
from tests.reports import many_rows
from tests.unit.test_recompute import judged

BENCHMARKS, PAIRS, LOOKS = 10_000, 64, (8, 16, 32, 64)


def _judging(rows: tuple[Assessment, ...]) -> Judging:
    """Return the values of 64 pairs of each row, with as many digits as any have."""
    like = judged(1, PAIRS).rows[0]
    seconds = np.exp(np.random.default_rng(1).normal(-7, 0.1, (len(rows), 2, PAIRS))).tolist()
    found: list[JudgedRow] = []
    for row, (base, head) in zip(rows, seconds, strict=True):
        values = structs.replace(like.values[0], clock="cpu", looks=LOOKS, base=tuple(base), head=tuple(head))
        looks = tuple(RowLook(look=look, pairs=look, level=0.015) for look in LOOKS)
        found.append(structs.replace(like, name=row.comparison.name, values=(values,), looks=looks))
    return Judging(suite="unit", grows=True, began="bh" * 32, digest=digest(found), rows=tuple(found))


def test_10_000_benchmarks_in_64_pairs_fit_into_a_report_and_are_judged_again() -> None:
    report = many_rows(BENCHMARKS, 11)
    report = replace(report, judgings=fitting((_judging(report.assessments),))[0])
    text = json_v1.dump(report)
    assert len(text.encode()) < archive.REPORT.bytes
    again = json_v1.load(text, "verdict.json")
    assert again.judgings == report.judgings
    assert len(judge_again(again)) == BENCHMARKS
