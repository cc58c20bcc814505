"""The rows of the table of all benchmarks, quickly: there may be 10,000 of them.

Their layout is ``templates/partials/row.html``, with plain ``{fields}`` instead of template code. All texts of a row
are escaped in one go, which takes a third of the time: every string of a view is one line without tabs, so that line
breaks and tabs can hold them apart on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape

from reporter.render import terms, words
from reporter.render.templates import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.render.strips import Strip
    from reporter.render.view_types import ReportView, RowView

Filters = dict[str, dict[str, int]]
"""Of each property to filter by, the number of each value."""

Facts = tuple[tuple[str, str], ...]

MOST_OPEN = 3
"""Rows that may call for attention and still be open from the start: of more, the table itself is the overview."""


def rows_html(view: ReportView, filters: Filters, panels: Mapping[str, str], common: Facts) -> str:
    """Write all rows, in their order; ``filters`` give the numbers that stand for category and metric.

    ``panels`` are the details of rows that have more than their raw numbers, as HTML, by the key of the row. ``common``
    are the numbers that stand elsewhere, because they are the same in all rows.
    """
    layout = read("partials/row.html").rstrip("\n").format_map
    found = view.make_strips()
    strips = found.rows if found else {}
    opened = sum(len(group.rows) for group in view.groups if group.calls) <= MOST_OPEN
    return "\n".join(
        layout(
            _cells(row)
            | {
                "group": group.key,
                "data": _data(row, filters),
                "tag": _tag(row),
                "bars": _bars(row),
                "detail": _detail(row, view.prefix, panels.get(row.key), common, opened=opened),
                "strip": _strip(strips.get(row.key), row),
            }
        )
        for group in view.groups
        for row in group.rows
    )


def common_facts(view: ReportView) -> Facts:
    """Return what the raw numbers of all rows have in common, where there are several."""
    found = [row.facts for group in view.groups for row in group.rows]
    known = [facts for facts in found if facts]
    if len(known) < 2:
        return ()
    shared = set(known[0]).intersection(*known[1:])
    return tuple(fact for fact in known[0] if fact in shared)


def _cells(row: RowView) -> dict[str, str]:
    texts = {
        "key": row.key,
        "symbol": row.symbol,
        "word": row.word,
        "baseline": row.baseline,
        "head": row.head,
        "change": row.change or "–",
        "interval": row.interval,
        "exact_baseline": row.exact.baseline,
        "exact_head": row.exact.head,
        "exact_change": row.exact.change,
    }
    return dict(zip(texts, _escaped("\n".join(texts.values())).split("\n"), strict=True))


def _strip(strip: Strip | None, row: RowView) -> str:
    """Return the cell with the interval; a row without one says why, unless its word does."""
    if strip is None:
        return f'<td class="why">{"" if row.verdict == "new" else _escaped(row.reason)}</td>'
    point = f"<circle cx={strip.point} />" if strip.point else ""
    ends = ("<use href=#before />" if strip.before else "") + ("<use href=#beyond />" if strip.beyond else "")
    return f"<td><svg class=z{strip.zone}><rect x={strip.left} width={strip.width} />{point}{ends}</svg></td>"


def _detail(row: RowView, prefix: str, panel: str | None, common: Facts, *, opened: bool) -> str:
    """Return the name, which unfolds the detail of its row where there is one."""
    broken = _escaped(row.name.removeprefix(prefix)).replace("/", "/<wbr>").replace("::", "::<wbr>")
    name, facts = f"<code>{broken}</code>", _facts(row, common)
    if panel is not None:
        inside = f"<details><summary>{terms.NUMBERS}</summary>{facts}</details>" if facts else ""
        attribute = " open" if opened else ""
        return f'<details{attribute}><summary>{name}</summary><div class="panel">{panel}{inside}</div></details>'
    return f"<details><summary>{name}</summary>{facts}</details>" if facts else name


def _facts(row: RowView, common: Facts) -> str:
    own = [fact for fact in row.facts if fact not in common]
    if not own:
        return ""
    safe = _escaped("\n".join(map("\t".join, own)))
    return f"<dl><dt>{safe}</dd></dl>".replace("\t", "</dt><dd>").replace("\n", "</dd><dt>")


def _bars(row: RowView) -> str:
    return f' <span class="bars" role="img" aria-label="{words.BARS}">{row.trend}</span>' if row.trend else ""


def _tag(row: RowView) -> str:
    return f' <span class="tag">{_escaped(row.category)}</span>' if row.category else ""


def _data(row: RowView, filters: Filters) -> str:
    values = {"category": row.category, "metric": row.metric}
    return "".join(f' data-{name}="{numbers.get(values[name], "")}"' for name, numbers in filters.items())


def _escaped(text: str) -> str:
    return str(escape(text))
