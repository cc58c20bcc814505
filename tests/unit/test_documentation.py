"""Every page: its blocks of code are what they claim to be, its links lead somewhere, and the prose can be read."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from reporter.commands.calls import read_call
from reporter.config import reading
from tests.pages import PAGES, ROOT, SITE, Block, blocks, grade, navigation, sentences

if TYPE_CHECKING:
    from pathlib import Path

ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
LANGUAGES = {"", "yaml", "toml", "console", "python"}
OF_OTHERS = ("actions/", "docker/")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLAIN = [README, *(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "tutorials").glob("*.md"))]
DIALECT = re.compile(r"\b(whoever|is told|be told|anew|mend|of the house|nobody could|is heard)\b", re.IGNORECASE)
NOTEBOOK = ("evaluation.md", "pairs.md")
"""Pages for contributors, written by who measures."""
LONGEST_SENTENCE, HIGHEST_GRADE = 20, 9


def _name(block: Block) -> str:
    return f"{block.page}-{len(block.text)}"


def test_every_language_of_a_block_is_checked_here() -> None:
    assert {block.language for block in blocks()} <= LANGUAGES
    assert len(list(blocks("yaml"))) > 5
    assert len(list(blocks("console"))) > 5


@pytest.mark.parametrize("block", blocks("yaml"), ids=_name)
def test_yaml_is_yaml_and_a_workflow_uses_what_there_is(block: Block) -> None:
    loaded = YAML(typ="safe").load(block.text)
    jobs = loaded["jobs"].values() if isinstance(loaded, dict) and "jobs" in loaded else ()
    assert not jobs or loaded["permissions"] == {}
    for job in jobs:
        assert 1 <= job["timeout-minutes"] <= 120
        for step in job["steps"]:
            used = step.get("uses", "")
            if used.startswith("OWNER/"):
                assert set(step["with"]) <= set(ACTION["inputs"])
            elif used:
                assert used.startswith(OF_OTHERS)
                assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used)


@pytest.mark.parametrize("block", blocks("toml"), ids=_name)
def test_toml_is_a_configuration_that_is_understood(block: Block) -> None:
    table = tomllib.loads(block.text)
    for budget in table.get("budget", []):
        table.setdefault("modes", {}).update({name: {} for name in budget.get("modes", [])})
    reading.parse(table, block.page)


@pytest.mark.parametrize("block", blocks("python"), ids=_name)
def test_python_is_python(block: Block) -> None:
    ast.parse(block.text)


@pytest.mark.parametrize("block", blocks("console"), ids=_name)
def test_commands_are_understood(block: Block) -> None:
    lines = [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]
    assert lines
    checked = subprocess.run(["bash", "-n"], input="\n".join(lines), text=True, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
    for line in lines:
        program, *arguments = line.partition(" # ")[0].replace("'", "").split()
        if program == "benchverdict":
            read_call(arguments)


def _anchors(page: Path) -> set[str]:
    """Return the anchors of a page, as GitHub makes them of headings, and those that it has by hand."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
    return {*plain, *re.findall(r'<a id="([^"]+)">', text)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in SITE["links"](page.read_text(encoding="utf-8")):
        place, _, anchor = target.partition("#")
        linked = (page.parent / place).resolve() if place else page
        assert linked.exists(), target
        assert not anchor or anchor in _anchors(linked), target


def test_every_page_is_in_the_navigation_once() -> None:
    pages = sorted(str(page.relative_to(ROOT)) for page in PAGES)
    assert sorted(navigation()) == pages


def test_the_product_and_the_tests_name_pages_that_there_are() -> None:
    sources = [ROOT / "action.yml", *(p for top in ("reporter", "entrypoint") for p in (ROOT / top).rglob("*.py"))]
    named = {name for path in sources for name in re.findall(r"\bdocs/[\w/-]+\.md", path.read_text(encoding="utf-8"))}
    assert len(named) > 5
    assert all((ROOT / name).is_file() for name in named)


@pytest.mark.parametrize("text", PLAIN, ids=lambda text: text.partition("\n")[0])
def test_what_newcomers_read_is_plain(text: str) -> None:
    found = sentences(text)
    assert sum(map(len, found)) / len(found) <= LONGEST_SENTENCE
    assert grade(text) <= HIGHEST_GRADE


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_no_word_of_the_old_dialect(page: Path) -> None:
    assert DIALECT.findall("" if page.name in NOTEBOOK else page.read_text(encoding="utf-8")) == []


def test_the_measure_of_prose_tells_hard_from_plain() -> None:
    hard = "Notwithstanding considerable methodological sophistication, measurements remain irreproducible."
    assert grade(hard) > HIGHEST_GRADE > grade("The cat sat on the mat. It was warm there.")
