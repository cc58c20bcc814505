"""Whatever a history holds, its site is well-formed, keeps to itself and shows text as text."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.model import Metric
from reporter.shared.model import Fingerprint
from reporter.site.found import Release
from reporter.site.lines import spark, spark_path
from tests.histories import TIME, baseline_of, steady, suite_at
from tests.reports import HOSTILE_NAMES
from tests.unit.test_history_site import ROOT, built

_TEXTS = st.sampled_from(HOSTILE_NAMES) | st.text(max_size=30) | st.just("\ud800</script>")
_ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "body",
        "a",
        "header",
        "p",
        "strong",
        "span",
        "nav",
        "ul",
        "li",
    ),
    *(
        "ul",
        "li",
        "main",
        "h1",
        "h2",
        "section",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "div",
        "noscript",
        "form",
    ),
    *("label", "input", "select", "option", "output", "button", "svg", "path", "footer"),
}
_CURRENT = re.compile(
    r"(?:\.\./)?(?:assets/\w+\.(?:js|css)|\w+\.(?:html|json|xml)|[a-z]+/[0-9a-f]{24,64}\.(?:html|json))"
)


class _Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert tag in _ELEMENTS, tag
        assert not [name for name in given if name.startswith("on") or name == "style"]
        for name in ("href", "src"):
            address = given.get(name)
            assert address is None or address in ("#main", "data:,") or _CURRENT.fullmatch(address), address
        if tag == "script":
            self.scripts.append(given)


@given(
    names=st.lists(st.tuples(_TEXTS, _TEXTS, _TEXTS), min_size=1, max_size=4, unique=True),
    other=st.tuples(_TEXTS, _TEXTS, _TEXTS, _TEXTS),
    moments=st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.none(), min_size=2, max_size=2),
    values=st.lists(st.floats(1e-300, 1e300) | st.just(0.0), min_size=2, max_size=2),
)
@settings(max_examples=20, deadline=None)
def test_hostile_histories(
    names: list[tuple[str, str, str]],
    other: tuple[str, str, str, str],
    moments: list[float | None],
    values: list[float],
) -> None:
    suite, machine, commit, unit = other
    levels = {
        (name, ((param, name),), Metric(name=metric, unit=unit, better="lower")): lambda at: values[at % 2]
        for name, param, metric in names
    } | {("harmless", (), TIME): steady(1.0)}
    suites = [
        replace(
            suite_at(at, levels, name=suite, fingerprint=Fingerprint(cpu_model=machine, os=unit), plan=machine),
            commit=commit,
            measured_at=moments[at % 2],
        )
        for at in range(9)
    ]
    with tempfile.TemporaryDirectory() as folder:
        site = built(Path(folder), baseline_of(suites), releases=(Release(label=commit, commits=(commit,)),))
        for path in site.rglob("*"):
            _check(site, path)


def _check(site: Path, path: Path) -> None:
    assert re.fullmatch(r"[a-z0-9-]+(?:\.(?:html|json|js|css|xml))?", path.name)
    if path.suffix == ".html":
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        reader.close()
        assert len(reader.scripts) <= 3
    elif path.suffix == ".json":
        content = json.loads(path.read_text(encoding="utf-8"))
        schema = ROOT / "schemas" / f"{content['schema'].replace('/', '-')}.json"
        if path.parent != site or path.name != "benchverdict-site.json":
            jsonschema.validate(content, json.loads(schema.read_text(encoding="utf-8")))
    elif path.suffix == ".xml":
        ET.parse(path)


@given(st.lists(st.floats(allow_nan=False, width=32, min_value=-(2.0**90), max_value=2.0**90), max_size=40))
def test_a_sparkline_stays_in_its_box(values: list[float]) -> None:
    drawn = spark(np.array(values, dtype=np.float32))
    assert all(level is not None and 0 <= level <= 31 for level in drawn)
    for x, y in re.findall(r"(-?\d+) (-?\d+)", spark_path(drawn)):
        assert 0 <= int(x) <= 46
        assert 0 <= int(y) <= 31
