"""A linter of prose: sentences of the product, docstrings, documents and outputs use plain words."""

from __future__ import annotations

import re

import pytest

from reporter.render import comment_words, markdown, view
from reporter.render.links import Links
from reporter.verdicts import STATES
from tests.pages import grade, sentences
from tests.prose import DIALECT, PRODUCT, ROOT, Piece, docstrings, files, strings
from tests.reports import HOME, in_pairs, mixed, no_baseline, nothing_changed, one_regression, undecided

LONGEST_SENTENCE, HIGHEST_GRADE = 20, 9
QUOTED = frozenset({"docs/side-by-side.md"})
"""Pages that quote outputs of earlier versions and of other tools."""
GOLDENS = tuple(f"tests/golden/files/**/*.{kind}" for kind in ("md", "txt", "html", "xml"))
_SPACED = re.compile(r"\d %(?!\w)")


def _found(pieces: list[Piece]) -> list[str]:
    lines = [(piece, DIALECT.findall(piece.text)) for piece in pieces]
    return [f"{piece.place}: {', '.join(words)}" for piece, words in lines if words]


@pytest.mark.parametrize("folder", PRODUCT)
def test_no_sentence_of_the_product_is_in_the_old_dialect(folder: str) -> None:
    pieces = list(strings(folder))
    assert len(pieces) > 100
    assert _found(pieces) == []


@pytest.mark.parametrize("folder", PRODUCT)
def test_no_docstring_is_in_the_old_dialect(folder: str) -> None:
    assert _found(list(docstrings(folder))) == []


def test_no_document_is_in_the_old_dialect() -> None:
    pieces = [piece for piece in files("*.md", "docs/**/*.md") if piece.place.partition(":")[0] not in QUOTED]
    assert len(pieces) > 1_000
    assert _found(pieces) == []


def test_no_output_is_in_the_old_dialect() -> None:
    pieces = list(files(*GOLDENS))
    assert len(pieces) > 1_000
    assert _found(pieces) == []


def test_percentages_of_outputs_have_no_space() -> None:
    assert [piece.place for piece in files(*GOLDENS) if _SPACED.search(piece.text)] == []


@pytest.mark.parametrize("text", ["as whoever", "It is told so.", "mend it", "of the house", "Repair git", "the cure"])
def test_the_linter_sees_the_old_dialect(text: str) -> None:
    assert DIALECT.search(text)


def test_every_display_word_is_in_the_glossary() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert [state.word for state in STATES.values() if f"*{state.word}*" not in page] == []


def test_the_page_that_explains_a_comment_is_there() -> None:
    assert (ROOT / comment_words.GLOSSARY_PAGE.removeprefix("blob/HEAD/")).is_file()


_LINKS = Links(
    repository="https://github.com/acme/shop", run="https://github.com/acme/shop/actions/runs/1",
    accept_label="accept", command="pytest bench",
)  # fmt: skip


@pytest.mark.parametrize("make", [nothing_changed, one_regression, in_pairs, no_baseline, undecided, mixed])
def test_comments_are_plain(make: type) -> None:
    text = _prose(markdown.comment(view.build(make(), home=HOME, links=_LINKS)))
    found = sentences(text)
    assert sum(map(len, found)) / len(found) <= LONGEST_SENTENCE
    assert grade(text) <= HIGHEST_GRADE


def _prose(comment: str) -> str:
    """Return the sentences of a comment: the headline as one, without tables, folded titles and the small line."""
    headline, _, rest = comment.partition("\n")
    text = re.sub(r"<sub>.*?</sub>|</?details>|<summary>.*?</summary>", "", rest, flags=re.DOTALL)
    return f"{headline.removeprefix('### ')}.\n{re.sub('<code>.*?</code>', 'code', text)}"
