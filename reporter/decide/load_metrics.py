"""What a load test showed of its limits, as a benchmark like any other: compared, and held against budgets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.decide import reasons
from reporter.decide.stress import LoadAnalysis, analyse
from reporter.ingest.load_course import course_of
from reporter.ingest.reading import FileReading, Reading
from reporter.model import Metric
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.config import LoadLimits

BENCHMARK = "load"

HIGHEST_LOAD = Metric(name="highest_sustained_load", unit="users", better="higher")
HIGHEST_RATE = Metric(name="highest_sustained_rate", unit="1/s", better="higher")
BREAKING_POINT = Metric(name="breaking_point", unit="users", better="higher")
DEGRADATION = Metric(name="degradation", unit="1", better="lower")
RECOVERY = Metric(name="recovery", unit="s", better="lower")


def with_load_metrics(files: Sequence[FileReading], limits: LoadLimits) -> tuple[FileReading, ...]:
    """Add what the histories among the files of one run show; several of one run are numbered."""
    analysed = [(file, analyse(file.load, limits) if file.load else None) for file in files]
    analyses = [(file, found) for file, found in analysed if found is not None]
    several = len(analyses) > 1
    return (
        *(_with_course(file, found) if file.load else file for file, found in analysed),
        *(
            _reading(file, found, f"{BENCHMARK} {number}" if several else BENCHMARK)
            for number, (file, found) in enumerate(analyses, start=1)
        ),
    )


def _with_course(file: FileReading, found: LoadAnalysis | None) -> FileReading:
    broke_at = found.breaking.began if found and found.breaking else None
    return replace(file, course=course_of(file.load, broke_at, found.broken_by if found else None))


def _reading(file: FileReading, found: LoadAnalysis, name: str) -> FileReading:
    values = (
        (HIGHEST_LOAD, found.highest.users if found.highest else 0.0),
        (HIGHEST_RATE, found.highest_rate),
        (BREAKING_POINT, found.breaking.users if found.breaking else None),
        (DEGRADATION, found.degradation),
        (RECOVERY, found.recovery_seconds),
    )
    readings = tuple(
        Reading(name=name, metric=metric, place="the whole history", values=(value,))
        for metric, value in values
        if value is not None
    )
    return FileReading(path=file.path, format=file.format, readings=readings, warnings=tuple(_notices(found)))


def _notices(found: LoadAnalysis) -> Iterator[Notice]:
    if found.breaking is None:
        yield Notice(code="load-did-not-break", text=reasons.did_not_break(found.levels[-1].users))
        return
    yield Notice(code="load-broke", text=reasons.broke(found))
    if found.recovery_seconds is None:
        yield Notice(code="load-did-not-recover", text=reasons.DID_NOT_RECOVER)
