"""The rows of the table of all benchmarks, quickly: there may be 10,000 of them.

Their layout is ``templates/partials/row.html``, with plain ``{fields}`` instead of template code. All texts of a row
are escaped in one go, which takes a third of the time: every string of a view is one line without tabs, so that line
breaks and tabs can hold them apart on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape

from reporter.render import words
from reporter.render.cause_text import COUNTED
from reporter.render.templates import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.render.view_types import ReportView, RowView

Filters = dict[str, dict[str, int]]
"""Of each property to filter by, the number of each value."""


def rows_html(view: ReportView, filters: Filters) -> str:
    """Write all rows, in their order; ``filters`` give the numbers that stand for category and metric."""
    layout = read("partials/row.html").rstrip("\n").format_map
    return "\n".join(
        layout(
            _cells(row)
            | {
                "group": group.key,
                "data": _data(row, filters),
                "tag": _tag(row),
                "bars": _bars(row),
                "facts": _cause(row) + _facts(row),
            }
        )
        for group in view.groups
        for row in group.rows
    )


def _cells(row: RowView) -> dict[str, str]:
    texts = {
        "key": row.key,
        "symbol": row.symbol,
        "word": row.word,
        "name": row.name,
        "baseline": row.baseline,
        "head": row.head,
        "change": row.change or "–",
        "interval": row.interval,
        "effort": row.effort,
        "exact_baseline": row.exact_baseline,
        "exact_head": row.exact_head,
        "exact_change": row.exact_change,
        "why": f"{row.reason}; {row.cure}" if row.cure else row.reason,
    }
    return dict(zip(texts, _escaped("\n".join(texts.values())).split("\n"), strict=True))


def _facts(row: RowView) -> str:
    if not row.facts:
        return f"<p>{words.FACTS_ELSEWHERE}</p>"
    safe = _escaped("\n".join(map("\t".join, row.facts)))
    return f"<dl><dt>{safe}</dd></dl>".replace("\t", "</dt><dd>").replace("\n", "</dd><dt>")


def _cause(row: RowView) -> str:
    return f"<p>{_escaped(row.cause)}.</p>{functions_html(row)}" if row.cause else ""


def functions_html(row: RowView) -> str:
    """Write the table of the functions that explain a row; nothing where it has none."""
    if not row.functions:
        return ""
    heads = "".join(f'<th scope="col">{head}, {side}</th>' for head in COUNTED for side in ("base", "head"))
    body = "".join(f"<tr>{_function(cells)}</tr>" for cells in row.functions)
    return (
        f'<div class="scroll"><table class="functions"><caption>{words.FUNCTIONS_TITLE}</caption>'
        f'<thead><tr><th scope="col">Function</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _function(cells: Sequence[str]) -> str:
    name, file, *counts = (_escaped(cell) for cell in cells)
    numbers = "".join(f"<td>{count}</td>" for count in counts)
    return f'<th scope="row"><code>{name}</code> {file}</th>{numbers}'


def _bars(row: RowView) -> str:
    return f' <span class="bars" role="img" aria-label="{words.BARS}">{row.trend}</span>' if row.trend else ""


def _tag(row: RowView) -> str:
    return f' <span class="tag">{_escaped(row.category)}</span>' if row.category else ""


def _data(row: RowView, filters: Filters) -> str:
    values = {"category": row.category, "metric": row.metric}
    return "".join(f' data-{name}="{numbers.get(values[name], "")}"' for name, numbers in filters.items())


def _escaped(text: str) -> str:
    return str(escape(text))
