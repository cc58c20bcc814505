"""JUnit XML of any test runner: how long each test took, in seconds.

Identity is the class and the name. A test that failed, and one without a time, is errored; a skipped one is left out.
The same test several times in a file (a retry, or parameters without names) is several rounds. Most runners write
milliseconds, so the times of quick tests are coarse; the details tell the step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.ingest import xml_tree
from reporter.ingest.metrics import TIME, step_of
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name, refuse_too_many
from reporter.ingest.table import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

name = "junit"
about = About(
    versions="any runner's JUnit XML",
    command="pytest --junitxml=results.xml",
    samples="one duration a test, mostly in steps of 1 ms",
    metrics="`time` (s)",
    lost="suites and their times, output, properties",
)

_FAILURES = frozenset(("failure", "error"))


def score(document: Document) -> float:
    """Recognise the root."""
    is_junit = document.json is None and xml_tree.root_tag(document) in ("testsuites", "testsuite")
    return 0.9 if is_junit else 0.0


def read(document: Document) -> FileReading:
    """Read all tests; raises ``InputError`` as the protocol says."""
    tests: dict[str, list[xml_tree.Element]] = {}
    for element in xml_tree.parse(document).walk():
        if element.tag == "testcase" and not any(child.tag == "skipped" for child in element.children):
            label = _label(element, document)
            tests.setdefault(label, []).append(element)
    refuse_too_many(len(tests), document.path)
    readings = tuple(reading for label, found in tests.items() for reading in _test(label, found))
    return FileReading(path=document.path, format=name, readings=readings)


def _label(element: xml_tree.Element, document: Document) -> str:
    place = f"line {element.line}"
    label = as_name(element.attributes.get("name"), document, f"{place}, name")
    around = element.attributes.get("classname", "").strip()
    return as_name(f"{around}.{label}" if around else label, document, place)


def _test(label: str, found: Sequence[xml_tree.Element]) -> Iterator[Reading]:
    place = f"line {found[0].line}"
    words = [element.attributes.get("time") for element in found]
    failed = sum(any(child.tag in _FAILURES for child in element.children) for element in found)
    error = None
    if failed:
        error = "the test failed" if len(found) == 1 else f"the test failed {failed} of {len(found)} times"
    elif None in words:
        error = "it has no time"
    values: list[Any] = [number((word or "").replace(",", "")) for word in words]
    details = step_of(words[0], "s") if words[0] else ()
    yield Reading(name=label, metric=TIME, place=place, values=values, details=details, error=error)
