"""pytest-codspeed JSON of its wall-time mode (``.codspeed/results_*.json``), version 3 and later.

Times are nanoseconds per iteration; the file has statistics of the rounds and not the rounds. Its other modes count
instructions and hand them to CodSpeed alone, so their files hold nothing to compare.

Identity is the test's file and id. Outside a git repository pytest-codspeed writes the file with its whole path, which
differs from checkout to checkout; then only the last part of the path counts, unless two files share it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from reporter.ingest import machine
from reporter.ingest.metrics import TIME, root_dict
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, root_object, text
from reporter.ingest.table import scaled
from reporter.shared.model import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

name = "pytest-codspeed"
about = About(
    versions="3.x to 5.x, mode `walltime`",
    command="pytest --codspeed --codspeed-mode=walltime",
    samples="none: statistics of the rounds",
    metrics="`time` (s)",
    lost="rounds; percentiles but quartiles; the other modes, which write no numbers",
)

_NS = 1e-9
_STATISTICS = {
    "min": "min_ns",
    "q25": "q1_ns",
    "median": "median_ns",
    "q75": "q3_ns",
    "max": "max_ns",
    "mean": "mean_ns",
}
_EXTRAPOLATED = ("q25", "q75")
"""Of few rounds the quartiles are extrapolated, and can lie below zero; then they are not known."""


def score(document: Document) -> float:
    """Recognise the creator."""
    creator = root_dict(document).get("creator")
    is_own = isinstance(creator, dict) and creator.get("name") == name
    return 1.0 if is_own and isinstance(root_dict(document).get("benchmarks"), list) else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    root = root_object(document)
    entries = [
        as_object(entry, document, f"benchmarks[{index}]")
        for index, entry in enumerate(as_list(root.get("benchmarks"), document, "benchmarks"))
    ]
    uris = [as_name(entry.get("uri"), document, f"benchmarks[{index}].uri") for index, entry in enumerate(entries)]
    names = _without_folders(uris)
    mode = text(root.get("instrument"), "type") or "unknown"
    readings = tuple(
        _benchmark(label, entry, mode, document, f"benchmarks[{index}]")
        for index, (label, entry) in enumerate(zip(names, entries, strict=True))
    )
    return FileReading(path=document.path, format=name, readings=readings, fingerprint=_fingerprint(root))


def _without_folders(uris: list[str]) -> list[str]:
    if not all(uri.startswith("/") or uri[1:3] == ":\\" for uri in uris):
        return uris
    short = []
    for uri in uris:
        path, separator, test = uri.partition("::")
        short.append(path.replace("\\", "/").rpartition("/")[2] + separator + test)
    return short if max(Counter(short).values(), default=1) == 1 else uris


def _benchmark(label: str, entry: Mapping[str, Any], mode: str, document: Document, place: str) -> Reading:
    if "stats" not in entry:
        return Reading(name=label, metric=TIME, place=place, error=f"no wall time was measured in the mode {mode}")
    stats = as_object(entry["stats"], document, f"{place}.stats")
    known = {
        ours: scaled(stats[theirs], _NS)
        for ours, theirs in _STATISTICS.items()
        if theirs in stats and not (ours in _EXTRAPOLATED and _is_negative(stats[theirs]))
    }
    if "rounds" in stats:
        known["n"] = stats["rounds"]
    return Reading(name=label, metric=TIME, place=place, known=known)


def _is_negative(value: object) -> bool:
    return isinstance(value, (int, float)) and value < 0


def _fingerprint(root: Mapping[str, Any]) -> Fingerprint:
    python = root.get("python")
    settings = python.get("sysconfig") if isinstance(python, dict) else None
    version = text(root.get("creator"), "version")
    return Fingerprint(
        language=machine.language("CPython", text(settings, "py_version")),
        details=(("pytest-codspeed", version),) if version else (),
    )
