"""The tables of rows of a comment: which columns each group has, what is folded, and how many rows fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING

from reporter.render import comment_words, words
from reporter.render.markdown_tables import LEFT, NAME_SHOWN, RIGHT, linked_name, size_of
from reporter.render.plain import in_phrases, unbroken
from reporter.shared.markdown import code, prose
from reporter.verdicts import CHANGED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.render.view_types import GroupView, ReportView, RowView
    from reporter.verdicts import GroupKey

_SECTION_ROOM = 300
"""Characters of a section around its rows: title, fold and table head."""

_WHY_SHOWN = 200
"""Characters of a reason that a row shows."""

_OPEN_ROWS = 3
"""Rows shown of a suite that slowed down as a whole; the others are folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table; ``rows`` are finished lines. A folded section shows its title until it is opened, then its ``why``."""

    key: GroupKey
    columns: Mapping[str, str]
    title: str
    rows: tuple[str, ...]
    folded: bool
    why: str = ""


def sections_within(
    view: ReportView, room: int, *, in_bytes: bool
) -> tuple[tuple[Section, ...], tuple[tuple[GroupKey, int], ...]]:
    """Take sections while they fit. Only the first may be cut in its rows: better some regressions than none."""
    sections: list[Section] = []
    left_out: list[tuple[GroupKey, int]] = []
    for group in view.groups:
        layout = _Layout.of(group, view.interval_label)
        if sections and _least_size(group) > room:
            left_out.append((group.key, len(group.rows)))
            continue
        rows = _rows_within(group, layout, 0 if left_out else room - _SECTION_ROOM, in_bytes=in_bytes)
        if len(rows) < len(group.rows):
            rows = () if sections else rows
            left_out.append((group.key, len(group.rows) - len(rows)))
        if rows:
            sections.append(_section(group, layout, rows, others=any(not section.folded for section in sections)))
            room -= _SECTION_ROOM + sum(size_of(line, in_bytes=in_bytes) + 1 for line in rows)
    return _joined(sections, together=view.together), tuple(left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Which columns a group has. ``why`` is what all of its folded rows have in common, shown once above them."""

    interval: str
    sign: bool
    change: bool
    details: bool
    why: str

    @classmethod
    def of(cls, group: GroupView, interval: str) -> _Layout:
        """Leave out what no row has, and what stands above the table."""
        why = "" if group.calls else _shared_why(group)
        return cls(
            interval=interval.replace(" interval", " CI"),
            sign=group.calls,
            change=group.calls or any(row.change for row in group.rows),
            details=group.calls or not (why or group.key == "unchanged"),
            why=why,
        )

    def columns(self) -> dict[str, str]:
        """Return the titles, each with how it is aligned."""
        sign, name, sides, change, details = comment_words.COLUMNS
        columns = {sign: LEFT, name: LEFT, sides: RIGHT, f"{change} ({self.interval})": RIGHT, details: LEFT}
        return dict(compress(columns.items(), self.shown()))

    def shown(self) -> tuple[bool, ...]:
        """Return of each of the five columns whether it is there."""
        return (self.sign, True, True, self.change, self.details)


def _section(group: GroupView, layout: _Layout, rows: tuple[str, ...], *, others: bool) -> Section:
    title = comment_words.folded_title(len(rows), group.key, others=others, least=group.least)
    return Section(
        key=group.key,
        columns=layout.columns(),
        title=title,
        rows=rows,
        folded=not group.calls,
        why=prose(words.sentence(layout.why), _WHY_SHOWN) if layout.why else "",
    )


def _shared_why(group: GroupView) -> str:
    """Return the one thing that would help all rows of a group, or else the reason that all of them have."""
    cures, reasons = {row.cure for row in group.rows}, {row.reason for row in group.rows}
    if group.key == "unchanged":
        return ""
    return next((text for found in (cures, reasons) if len(found) == 1 for text in found if text), "")


def _least_size(group: GroupView) -> int:
    """Return what the rows of a group take at least: most groups that do not fit are known by that."""
    return sum(min(len(row.short), NAME_SHOWN) for row in group.rows)


def _rows_within(group: GroupView, layout: _Layout, room: int, *, in_bytes: bool) -> tuple[str, ...]:
    lines = []
    for row in group.rows:
        line = _row(row, layout)
        room -= size_of(line, in_bytes=in_bytes) + 1
        if room < 0:
            break
        lines.append(line)
    return tuple(lines)


def _joined(sections: list[Section], *, together: bool) -> tuple[Section, ...]:
    """Put all that calls for attention into one open table; of a suite that slowed down as a whole only the most."""
    calling = [section for section in sections if not section.folded]
    if not calling:
        return tuple(sections)
    rows: list[str] = []
    more: list[str] = []
    for section in calling:
        most = _OPEN_ROWS if together and section.key == "regressed" else len(section.rows)
        rows += section.rows[:most]
        more += section.rows[most:]
    opened = replace(calling[0], rows=tuple(rows))
    title = comment_words.more_folded(len(more))
    further = [replace(calling[0], rows=tuple(more), folded=True, title=title)] if more else []
    return (opened, *further, *(section for section in sections if section.folded))


def _row(row: RowView, layout: _Layout) -> str:
    change = f"**{prose(row.change)}**" if row.verdict in CHANGED else prose(row.change or "–")
    interval = in_phrases(f"({prose(row.interval)})", columns=30) if row.interval else ""
    cells = (
        row.state.emoji,
        f"{linked_name(row)}{_cause(row)}",
        unbroken(f"{prose(row.baseline)} → {prose(row.head)}"),
        f"{change} {interval}".rstrip(),
        in_phrases(unbroken(prose(row.details, _WHY_SHOWN))) if layout.details else "",
    )
    return f"| {' | '.join(compress(cells, layout.shown()))} |"


def _cause(row: RowView) -> str:
    """Return what is behind a change, as a second line in the cell of the name: the one place where it stands."""
    cause = row.write_cause(code)
    return f"<br>{words.sentence(cause)}" if cause else ""
