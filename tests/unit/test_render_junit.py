from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from reporter.render import junit
from tests.reports import HOSTILE_NAMES, SITUATIONS, hostile, mixed


def _outcomes(root: ET.Element) -> dict[str, str]:
    return {case.attrib["name"]: case[0].tag if len(case) else "passed" for case in root.iter("testcase")}


def test_each_verdict_becomes_its_outcome() -> None:
    outcomes = _outcomes(ET.fromstring(junit.render(mixed())))
    assert outcomes["serve"] == "failure"
    assert outcomes["test_broken"] == "error"
    assert (
        outcomes["test_gone"] == outcomes["test_fresh"] == outcomes["test_moved"] == outcomes["test_walk"] == "skipped"
    )
    assert outcomes["test_load_config"] == outcomes["test_parse_small"] == "passed"
    assert outcomes["GET /search · p95"] == "failure"
    assert outcomes["GET /health · p95"] == "passed"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_counts_agree_with_the_cases(situation: str) -> None:
    root = ET.fromstring(junit.render(SITUATIONS[situation]()))
    outcomes = [case[0].tag if len(case) else "passed" for case in root.iter("testcase")]
    for element in (root, root[0]):
        assert int(element.attrib["tests"]) == len(outcomes)
        assert int(element.attrib["failures"]) == outcomes.count("failure")
        assert int(element.attrib["errors"]) == outcomes.count("error")
        assert int(element.attrib["skipped"]) == outcomes.count("skipped")


def test_characters_that_xml_forbids_are_shown_as_escapes() -> None:
    text = junit.render(hostile())
    names = [case.attrib["name"] for case in ET.fromstring(text).iter("testcase")]
    assert len(names) == len(HOSTILE_NAMES) + 1
    assert any(name.startswith("\\ufffe\\uffff\\x00\\x0b") for name in names)
    assert "]]>" not in text
