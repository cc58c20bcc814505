"""One escaping for every text that GitHub renders, held against an oracle that is first shown to see what is bad."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from entrypoint import job_words, no_report, untrusted
from entrypoint.gate_facts import Facts
from entrypoint.message import Message
from reporter.render import markdown, markdown_suites, view, view_suites, words
from reporter.shared.markdown import code, prose
from reporter.shared.printable import visible
from tests.gfm import alive, needs_cmark, text_of, to_html
from tests.planted import planted
from tests.reports import SITUATIONS, hostile_suites

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reporter.render.view_types import ReportView

pytestmark = needs_cmark

BAD = (
    "@octocat",
    "see #7",
    "GH-7",
    "octo/other#1",
    "octo/other@0123456789",
    "0123456789abcdef0123456789abcdef01234567",
    "at c0ffee1",
    "www.evil.example",
    "http://evil.example/x",
    "ftp://evil.example",
    "mailto:a@evil.example",
    "ann@evil.example",
    "$x^2$",
    "$`x^2`$",
    "$$x$$",
    ":rotating_light:",
    ":+1:",
    "[!WARNING] approved",
    "[x] reviewed",
    "[ ] to do",
    "<img src=x onerror=y>",
    "<a href=//evil.example>here</a>",
    "<h1>Approved</h1>",
    "</summary></details><h1>out</h1>",
    "<!-- hidden",
    "[here](http://evil.example)",
    "[here]: http://evil.example",
    "![picture](//evil.example/x.png)",
    "**bold** _slanted_ ~~struck~~",
    "`code`",
    "a | b | c",
    "\u202egnp.exe",
    "in\u200bvisible",
    "&#64;octocat",
    "x[^1]\n\n[^1]: a note",
    "# Approved",
    "1. first",
    "- a list",
    "+ another",
    "===",
    "---",
    "> quoted",
    "```\nfence\n```",
    "    indented",
    "a\\\nb",
    "\\<b>",
)
"""Texts each of which means something to GitHub in at least one of the places."""

PLACES: dict[str, Callable[[str], str]] = {
    "a paragraph": lambda text: f"{text}\n",
    "a list": lambda text: f"- {text}\n",
    "a quotation": lambda text: f"> {text}\n",
    "a cell": lambda text: f"| A | B |\n| :-- | :-- |\n| {text} | x |\n",
    "a summary": lambda text: f"<details><summary>{text}</summary>\n\nbody\n\n</details>\n",
    "behind a word": lambda text: f"because {text} is so\n",
    "below a line": lambda text: f"first\n{text}\n",
    "emphasis": lambda text: f"**{text}**\n",
}


@pytest.mark.parametrize("bad", BAD)
def test_the_oracle_sees_each_bad_text_somewhere(bad: str) -> None:
    structure = re.compile(r"<(?:ul|ol|h1|h2|blockquote|pre|em|strong|del|code|hr)\b")
    places = [place for name, place in PLACES.items() if name != "emphasis"]
    plain = [set(structure.findall(to_html(place("x")))) for place in places]
    seen = [set(structure.findall(to_html(place(bad)))) - was for place, was in zip(places, plain, strict=True)]
    assert any(seen) or any(alive(place(bad)) for place in places), "the oracle does not see it"


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("write", [prose, code, untrusted.markdown])
def test_no_text_is_alive_anywhere(name: str, write: Callable[[str], str]) -> None:
    place = PLACES[name]
    for bad in BAD:
        written = place(write(bad))
        assert alive(written) == [], (bad, written)
        shape = re.compile(r"</?(?!code)\w+")
        own = write("x")
        assert shape.findall(to_html(written)) == shape.findall(to_html(place(own))), (bad, written)


@pytest.mark.parametrize("write", [prose, code])
def test_every_text_reads_as_it_was(write: Callable[[str], str]) -> None:
    for bad in BAD:
        shown = text_of(f"x {write(bad)} x", without_code=False).replace("\u2060", "")
        assert shown.split() == f"x {visible(bad)} x".split()
        unescaped = html.unescape(re.sub("</?code>|\u2060", "", write(bad)))
        assert unescaped.strip() == visible(bad).strip()


LINK = "https://github.com/acme/shop/actions/runs/1/artifacts/2"


@pytest.mark.parametrize("write", [markdown.comment, markdown.summary])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_no_text_of_any_report_is_alive(situation: str, write: Callable[[ReportView], str]) -> None:
    for bad in (" ".join(BAD[:16]), " ".join(BAD[16:])):
        report = planted(SITUATIONS[situation](), bad)
        text = write(view.build(report, artifact_url=LINK))
        assert alive(text, links_of_ours(text)) == []


@pytest.mark.slow
def test_no_text_of_several_suites_is_alive() -> None:
    for bad in BAD:
        views = [view.build(planted(report, bad), artifact_url=LINK) for report in hostile_suites()]
        text = markdown_suites.comment(view_suites.build(views, (bad,)))
        assert alive(text, links_of_ours(text)) == []


def links_of_ours(text: str) -> tuple[str, ...]:
    return LINK, *re.findall(rf"\]\(({re.escape(words.MESSAGES_PAGE)}#[\w-]+)\)", text)


def test_no_text_of_a_run_without_a_report_is_alive(tmp_path: Path) -> None:
    (tmp_path / "exit").mkdir()
    (tmp_path / "measure").mkdir()
    (tmp_path / "exit" / "measure").write_text("4")
    for bad in BAD:
        notices = [{"code": bad, "text": bad}]
        _write(tmp_path / "measure" / "measure.json", {"message": bad})
        _write(tmp_path / "situation.json", {"notices": notices})
        assert alive(job_words.summary(Facts(tmp_path), 4)) == []
        assert alive(no_report.text_of(_without_report(tmp_path))) == []
        _write(tmp_path / "request.json", {"reason": bad, "notices": notices})
        assert alive(job_words.summary(Facts(tmp_path), 0)) == []
        (tmp_path / "request.json").unlink()


def _without_report(work: Path) -> Message:
    return Message(head_sha="x", run=1, attempt=1, report=None, failed=tuple(no_report.failures(work)))


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content))


def test_what_is_written_stays_bounded() -> None:
    for sign in "$|@[\\:a":
        assert len(prose(sign * 5_000, 400)) <= 1_200
        assert len(code(sign * 5_000, 90)) <= 270 + len("<code></code>")
