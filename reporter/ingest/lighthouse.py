"""Lighthouse JSON (``lighthouse URL --output=json``), versions 6 and later.

One page, loaded once, with several metrics; identity is its address, and whether it was loaded as on a phone or a
desktop. One loading is noisy: give several files as runs. Times are read in seconds; they and the layout shift, the
transferred bytes are better when lower, scores when higher. Audits that could not be computed are errored, and so is
the whole page when it did not load. The address of the page a redirect ended at is not read.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from reporter.ingest.load_test import address
from reporter.ingest.metrics import root_dict
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name, as_object, clean, root_object, text
from reporter.ingest.table import scaled
from reporter.model import Better, Metric
from reporter.shared.model import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "lighthouse"
about = About(
    versions="6 to 12 JSON",
    command="lighthouse http://localhost:8080/ --output=json --output-path=results.json",
    samples="none: one loading; give several files as runs",
    metrics=("the audits of times (s), `cumulative-layout-shift`, `total-byte-weight` (B); `score …` of each category"),
    lost="all other audits, screenshots, traces",
)

_AUDITS: dict[str, Better | None] = {
    "largest-contentful-paint": "lower",
    "first-contentful-paint": "lower",
    "speed-index": "lower",
    "total-blocking-time": "lower",
    "cumulative-layout-shift": "lower",
    "interactive": "lower",
    "interaction-to-next-paint": "lower",
    "server-response-time": "lower",
    "total-byte-weight": "lower",
    "max-potential-fid": None,
    "mainthread-work-breakdown": None,
    "bootup-time": None,
    "dom-size": None,
}
_UNITS = {"millisecond": ("s", 1e-3), "byte": ("B", 1.0)}


def score(document: Document) -> float:
    """Recognise the version beside audits and categories."""
    return 1.0 if {"lighthouseVersion", "audits", "categories"} <= root_dict(document).keys() else 0.0


def read(document: Document) -> FileReading:
    """Read the page; raises ``InputError`` as the protocol says."""
    root = root_object(document)
    url = root.get("requestedUrl") or root.get("finalDisplayedUrl") or root.get("finalUrl")
    label = as_name(address(url) if isinstance(url, str) else url, document, "requestedUrl")
    settings = root.get("configSettings")
    factor = text(settings, "formFactor") or text(settings, "emulatedFormFactor")
    params = (("form factor", factor),) if factor else ()
    failure = root.get("runtimeError")
    reason = text(failure, "code") if isinstance(failure, dict) else None
    error = f"the page did not load ({reason})" if reason and reason != "NO_ERROR" else None
    readings = (*_audits(root, label, params, error, document), *_scores(root, label, params, error, document))
    version = text(root, "lighthouseVersion")
    return FileReading(
        path=document.path,
        format=name,
        readings=readings,
        fingerprint=Fingerprint(details=(("lighthouse", version),) if version else ()),
        measured_at=_seconds(root.get("fetchTime")),
    )


def _audits(
    root: Mapping[str, Any], label: str, params: tuple[tuple[str, str], ...], error: str | None, document: Document
) -> Iterator[Reading]:
    audits = as_object(root.get("audits"), document, "audits")
    for key, better in _AUDITS.items():
        if key not in audits:
            continue
        place = f"audits.{key}"
        audit = as_object(audits[key], document, place)
        if audit.get("scoreDisplayMode") in ("notApplicable", "informative", "manual"):
            continue
        unit, factor = _UNITS.get(text(audit, "numericUnit") or "", ("1", 1.0))
        value = audit.get("numericValue")
        number = scaled(value, factor)
        failed = error or (text(audit, "errorMessage") if value is None else None)
        metric = Metric(name=key, unit=unit, better=better)
        yield Reading(name=label, metric=metric, place=place, params=params, values=(number,), error=failed)


def _scores(
    root: Mapping[str, Any], label: str, params: tuple[tuple[str, str], ...], error: str | None, document: Document
) -> Iterator[Reading]:
    for key, value in as_object(root.get("categories"), document, "categories").items():
        place = f"categories.{clean(key)}"
        category = as_object(value, document, place)
        metric = Metric(name=as_name(f"score {key}", document, place), unit="1", better="higher")
        values = (category.get("score"),)
        yield Reading(name=label, metric=metric, place=place, params=params, values=values, error=error)  # type: ignore[arg-type] # judged by read_file


def _seconds(stamp: object) -> float | None:
    try:
        return datetime.fromisoformat(stamp).timestamp() if isinstance(stamp, str) else None
    except (ValueError, OverflowError):
        return None
