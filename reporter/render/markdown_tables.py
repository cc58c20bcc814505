"""Tables, folds and names in Markdown, as the parts of a comment write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render import words
from reporter.shared.markdown import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reporter.render.view_types import RowView

LEFT, RIGHT = ":--", "--:"
"""How a column is aligned."""

NAME_SHOWN = 200
"""Characters of a name that a row shows; short names are cut before, so that none is cut here."""


def table(columns: Mapping[str, str], rows: Iterable[str]) -> str:
    """Write a table of finished rows; ``columns`` are the titles, each with how it is aligned."""
    return "\n".join((f"| {' | '.join(columns)} |", f"| {' | '.join(columns.values())} |", *rows))


def folded(title: str, *blocks: str) -> Iterable[str]:
    """Return blocks that are hidden until their title is opened."""
    return (f"<details><summary>{title}</summary>", *blocks, "</details>")


def not_shown(count: int) -> Iterable[str]:
    """Return the line that says how many rows are not shown; nothing where all are."""
    return [words.more_rows(count)] if count > 0 else []


def linked_name(row: RowView) -> str:
    """Return the short name of a row as code, with the link to its source where there is one."""
    name = code(row.short, NAME_SHOWN)
    return f"[{name}]({row.url})" if row.url else name


def size_of(text: str, *, in_bytes: bool) -> int:
    """Return the size that GitHub counts: characters of a comment, or bytes of a job summary."""
    return len(text.encode("utf-8", "replace")) if in_bytes else len(text)
