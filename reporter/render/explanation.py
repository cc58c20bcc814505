"""One benchmark at length, for a terminal: its sentence, a picture, and all its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render import cause_text, words
from reporter.render.console import wrap
from reporter.render.order import display_names
from reporter.render.text_picture import NARROWEST, picture
from reporter.render.view_rows import row_key, row_view
from reporter.render.view_since import saved_baseline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.causes import Cause
    from reporter.model import Report
    from reporter.render.view_types import RowView


def explain(report: Report, indexes: Sequence[int], *, width: int = 80) -> str:
    """Explain some rows of a report in lines of at most ``width`` columns (60 at least)."""
    return "\n".join(_row(report, index, max(width, NARROWEST)) for index in indexes)


def _row(report: Report, index: int, width: int) -> str:
    assessment = report.assessments[index]
    row = row_view(assessment, row_key(index), display_names(report)[index], saved=saved_baseline(report))
    why = f"{row.reason}; {row.cure}" if row.cure else row.reason
    drawn = picture(assessment, width)
    has_dots = assessment.comparison.distribution is not None
    blocks = [
        [*wrap(row.name, width), *wrap(f"{row.symbol} {row.word}: {why}", width)],
        _cause(row, assessment.cause, width),
        drawn,
        [] if has_dots or not drawn else wrap(words.NO_DOTS, width),
        [line for label, text in row.facts for line in wrap(f"{label:<{_LABELS}}{text}", width, later=" " * _LABELS)],
    ]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _cause(row: RowView, cause: Cause | None, width: int) -> list[str]:
    """Return what makes a row slower and the functions that differ, where that was looked for."""
    told = wrap(f"{row.cause}.", width) if row.cause else []
    return [*told, *(cause_text.functions(cause, width) if cause else [])]


_LABELS = 14
