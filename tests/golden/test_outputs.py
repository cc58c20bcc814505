"""Every output of every situation, as a person sees it. What changes in a golden file is what users will see change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter import __version__
from reporter.decide.judge import Pairs, judge_looks
from reporter.decide.recompute import judge_again
from reporter.records import json_v1
from reporter.render import (
    charts,
    console,
    html,
    html_suites,
    junit,
    markdown,
    markdown_suites,
    openmetrics,
    recomputed,
    view,
    view_suites,
)
from reporter.render.explanation import explain
from tests.reports import HOME, SITUATIONS, hostile_suites, many_rows, mixed, parts_of_a_monorepo, platforms, report
from tests.suites import suite_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[str, str], None]

_LINK = "https://github.com/acme/shop/actions/runs/1/artifacts/2"

_SCRUBS = (
    (re.compile(re.escape(__version__)), "VERSION"),
    (re.compile(r"<style>.*?</style>", re.DOTALL), "<style>STYLE</style>"),
    (re.compile(r"<script>.*?</script>", re.DOTALL), "<script>SCRIPT</script>"),
    (re.compile(r"sha256-[\w+/=]+"), "sha256-HASH"),
    (re.compile(r"<svg .*?</svg>", re.DOTALL), "<svg>CHART</svg>"),
)
"""The version, and what has tests or golden files of its own."""


def _scrubbed(text: str, *joints: str) -> str:
    """Scrub, and break lines at the joints, so that a diff shows what changed and not a line of a thousand letters."""
    for pattern, word in _SCRUBS:
        text = pattern.sub(word, text)
    for joint in joints:
        text = text.replace(joint, f"{joint[0]}\n{joint[1:]}")
    return text


@pytest.mark.parametrize("situation", SITUATIONS)
def test_console(situation: str, golden: Golden) -> None:
    golden(f"{situation}/console.txt", console.render(view.build(SITUATIONS[situation]())))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_comment(situation: str, golden: Golden) -> None:
    shown = view.build(SITUATIONS[situation](), artifact_url=_LINK, home=HOME)
    golden(f"{situation}/comment.md", markdown.comment(shown))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_summary(situation: str, golden: Golden) -> None:
    golden(f"{situation}/summary.md", markdown.summary(view.build(SITUATIONS[situation]())))


@pytest.mark.parametrize("situation", [name for name in SITUATIONS if name != "many-rows"])
def test_verdict(situation: str, golden: Golden) -> None:
    golden(f"{situation}/verdict.json", _scrubbed(json_v1.dump(SITUATIONS[situation]()), ',"', ",{"))


@pytest.mark.parametrize("situation", [name for name in SITUATIONS if name != "many-rows"])
def test_junit(situation: str, golden: Golden) -> None:
    golden(f"{situation}/junit.xml", _scrubbed(junit.render(SITUATIONS[situation]())))


@pytest.mark.parametrize("situation", ["mixed", "hostile", "load-test"])
def test_openmetrics(situation: str, golden: Golden) -> None:
    golden(f"{situation}/openmetrics.txt", openmetrics.render(SITUATIONS[situation]()))


@pytest.mark.parametrize("situation", [name for name in SITUATIONS if name != "many-rows"])
def test_html(situation: str, golden: Golden) -> None:
    shown = SITUATIONS[situation]()
    golden(f"{situation}/report.html", _scrubbed(html.render(view.build(shown, home=HOME), charts.draw(shown)), "><"))


def test_comment_that_had_to_be_cut(golden: Golden) -> None:
    golden("comment-cut.md", markdown.comment(view.build(many_rows(400, 3), artifact_url=_LINK), limit=32_768))


SUITES = {
    "platforms": (platforms, ()),
    "missing-platform": (lambda: platforms()[:2], ("windows",)),
    "monorepo": (parts_of_a_monorepo, ()),
    "hostile": (hostile_suites, ()),
}


@pytest.mark.parametrize("name", SUITES)
def test_several_suites(name: str, golden: Golden) -> None:
    reports, missing = SUITES[name]
    shown = view_suites.build([view.build(each, artifact_url=_LINK, home=HOME) for each in reports()], missing)
    golden(f"suites/{name}/comment.md", markdown_suites.comment(shown))
    golden(f"suites/{name}/index.html", _scrubbed(html_suites.render(shown, title="benchmarks")))


def test_explanation(golden: Golden) -> None:
    shown = mixed()
    golden("explanation.txt", explain(shown, range(len(shown.assessments))))


def test_recomputed(golden: Golden) -> None:
    base, head = (suite_of({name: _runs(name, is_head=is_head) for name in _NOISE}) for is_head in (False, True))
    decision = judge_looks(Pairs(base=base, head=head, began="bhhbbhhbb"))
    shown = replace(report(*decision.assessments, compare="paired"), judgings=decision.make_judgings())
    text = recomputed.rows(shown, range(3), judge_again(shown), width=80)
    golden("recomputed.txt", re.sub(r"^((?:estimate|noise|interval|p) .*)", _shortened, text, flags=re.MULTILINE))


_NOISE = {"test_slower": (1.1, 0.004), "test_same": (1.001, 0.003), "test_noisy": (1.02, 0.2)}
"""How much longer the head takes, and how much runs differ."""


def _runs(name: str, *, is_head: bool) -> list[list[float]]:
    factor, noise = _NOISE[name]
    level = 2e-3 * (factor if is_head else 1)
    return [[round(level * (1 + noise * ((pair * 7 + 3 * is_head) % 9 - 4) / 4), 7)] * 25 for pair in range(9)]


def _shortened(line: re.Match[str]) -> str:
    """Leave out the digits of a result that may differ from processor to processor."""
    return re.sub(r"(\d\.\d{3})\d+", r"\1…", line[0])


def test_console_in_colour(golden: Golden) -> None:
    text = console.render(view.build(mixed()), colour=True)
    golden("console-colour.txt", text.replace("\x1b", "␛"))


def test_charts(golden: Golden) -> None:
    for name, svg in charts.draw(mixed()).items():
        golden(f"charts/{name}.svg", svg.replace("><", ">\n<") + "\n")
