"""The verdict as JUnit XML, for tools that show test results: one test case per row and per budget.

A regressed row and a broken budget are failures, an errored benchmark is an error, and what could not be judged is
skipped with its reason. https://github.com/testmoapp/junitxml describes what readers expect of the format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from reporter.render import words
from reporter.render.view import build
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from reporter.model import Report
    from reporter.render.view_budgets import BudgetView
    from reporter.render.view_types import ReportView, RowView


def render(report: Report) -> str:
    """Write the XML; characters that XML forbids were made visible by the view."""
    view = build(report)
    suite = ET.Element("testsuite", name=view.suite or "benchmarks")
    _add_properties(suite, view)
    for row in view.rows():
        _add_row(suite, row)
    if view.failed and view.outcome == "undecided":
        case = ET.SubElement(suite, "testcase", classname="benchmarks", name=view.lead)
        ET.SubElement(case, "error", message=view.failed.what, type="failed").text = "\n".join(view.failed.lines)
    for budget in view.budgets:
        _add_budget(suite, budget)
    kinds = [child.tag for case in suite.iter("testcase") for child in case]
    counts = {
        "tests": str(len(suite.findall("testcase"))),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
    }
    suite.attrib.update(counts)
    root = ET.Element("testsuites", {"name": view.generator, **counts})
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add_properties(suite: ET.Element, view: ReportView) -> None:
    properties = ET.SubElement(suite, "properties")
    categories = [(f"Category {category.name}", category.story) for category in view.categories]
    for label, text in (("Verdict", view.headline), *view.setup.measured, *categories):
        ET.SubElement(properties, "property", name=label, value=text)


def _add_row(suite: ET.Element, row: RowView) -> None:
    case = ET.SubElement(suite, "testcase", classname=row.category or "benchmarks", name=row.name)
    element = "skipped" if row.accepted else STATES[row.verdict].junit
    if element:
        message = f"{row.word} {row.change}".rstrip()
        child = ET.SubElement(case, element, message=f"{message}: {row.reason}")
        if element != "skipped":
            child.set("type", row.verdict)
            child.text = _details(row)


def _details(row: RowView) -> str:
    values = f"{row.baseline} → {row.head}"
    change = f"{row.change} ({row.interval})" if row.interval else row.change
    return "\n".join(line for line in (values, change, row.reason, row.cure) if line)


def _add_budget(suite: ET.Element, budget: BudgetView) -> None:
    case = ET.SubElement(suite, "testcase", classname=words.BUDGETS_TITLE.lower(), name=budget.name)
    if budget.status == "critical":
        ET.SubElement(case, "failure", message=f"{budget.word}: {budget.story}", type="budget")
    elif budget.status == "not_measured":
        ET.SubElement(case, "skipped", message=f"{budget.word}: {budget.reason}" if budget.reason else budget.word)
