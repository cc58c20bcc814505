"""``schemas/`` against the types that read and write: the same members, words and bounds, or stricter ones here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from reporter.records import (
    bisection,
    collected,
    explained,
    instructions,
    measure,
    override,
    pack,
    report,
    site,
    slices,
    snapshot,
    source,
    spans,
    watch,
)

if TYPE_CHECKING:
    from msgspec import Struct

SCHEMAS = Path(__file__).parents[2] / "schemas"
RECORDS: dict[str, type[Struct]] = {
    "bisect-v1": bisection.Bisection,
    "collected-v1": collected.Collected,
    "explained-v1": explained.Explained,
    "instructions-v1": instructions.Counts,
    "measure-v1": measure.Measure,
    "override-v1": override.OverrideFile,
    "pack-v1": pack.Pack,
    "report-v1": report.Report,
    "site-benchmark-v1": site.Benchmark,
    "site-commit-v1": site.Commit,
    "site-compare-v1": site.Compare,
    "site-index-v1": site.Index,
    "site-release-v1": site.Release,
    "site-suite-v1": site.Suite,
    "slices-v1": slices.Slices,
    "snapshot-v1": snapshot.Snapshot,
    "source-v1": source.Source,
    "spans-v1": spans.Spans,
    "watch-v1": watch.Watch,
}
_NULL = {"type": "null"}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_what_its_schema_says(name: str) -> None:
    published = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    (own,), parts = msgspec.json.schema_components([RECORDS[name]], ref_template="{name}")
    defined = {f"#/$defs/{part}": node for part, node in published.get("$defs", {}).items()}
    _Held({**parts, **defined}).hold(own, published, name)


class _Held:
    """Compares a schema made from the types with a published one, place by place."""

    def __init__(self, parts: dict[str, Any]) -> None:
        self._parts = parts

    def hold(self, own: Any, published: Any, place: str) -> None:
        ours, our_null = self._plain(own)
        theirs, their_null = self._plain(published)
        assert our_null == their_null, f"{place}: null"
        if "enum" in theirs or "enum" in ours:
            assert sorted(ours["enum"]) == sorted(theirs["enum"]), place
            return
        assert ours["type"] == theirs["type"] or (ours["type"], theirs["type"]) == ("integer", "number"), place
        for bound in ("minimum", "exclusiveMinimum"):
            assert ours.get(bound, float("-inf")) >= theirs.get(bound, float("-inf")), f"{place}: {bound}"
        for bound in ("maxLength", "maximum", "maxItems", "maxProperties"):
            assert ours.get(bound, float("inf")) <= theirs.get(bound, float("inf")), f"{place}: {bound}"
        if ours["type"] == "array":
            self._hold_array(ours, theirs, place)
        elif ours["type"] == "object":
            self._hold_object(ours, theirs, place)

    def _hold_array(self, ours: Any, theirs: Any, place: str) -> None:
        if "prefixItems" in ours:
            assert len(ours["prefixItems"]) <= theirs.get("maxItems", float("inf")), place
            for item in ours["prefixItems"]:
                self.hold(item, theirs["items"], f"{place}[]")
            return
        self.hold(ours["items"], theirs["items"], f"{place}[]")

    def _hold_object(self, ours: Any, theirs: Any, place: str) -> None:
        if theirs == {"type": "object"}:
            return
        if isinstance(theirs.get("additionalProperties"), dict):
            self.hold(ours["additionalProperties"], theirs["additionalProperties"], f"{place}{{}}")
            return
        assert ours["additionalProperties"] is theirs["additionalProperties"] is False, place
        assert sorted(ours["properties"]) == sorted(theirs["properties"]), place
        assert sorted(ours.get("required", [])) == sorted(theirs.get("required", [])), place
        for name, published in theirs["properties"].items():
            own = ours["properties"][name]
            if name not in theirs.get("required", []):  # absent is null in the types
                own, published = ({"anyOf": [each, _NULL]} for each in (own, published))
            self.hold(own, published, f"{place}.{name}")

    def _plain(self, node: Any) -> tuple[dict[str, Any], bool]:
        """Return a node without references and null, and whether it may be null."""
        if "$ref" in node:
            return self._plain(self._parts[node["$ref"]])
        if "anyOf" in node:
            found = [self._plain(each) for each in node["anyOf"] if each != _NULL]
            assert len(found) == 1, node
            return found[0][0], found[0][1] or _NULL in node["anyOf"]
        if "const" in node:
            return {"enum": [node["const"]]}, False
        if "enum" in node:
            return {"enum": [each for each in node["enum"] if each is not None]}, None in node["enum"]
        if isinstance(node["type"], list):
            (kind,) = set(node["type"]) - {"null"}
            return {**node, "type": kind}, "null" in node["type"]
        return node, False
