"""What a comparison ends in, whichever way it was judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reporter.decide import reasons
from reporter.decide.align import Alignment, align
from reporter.decide.assessing import alike, rest
from reporter.decide.rulings import Ruling
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.model import Assessment, CompareKind, Judging, PastSession, Shift, Since, Suite, Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of one comparison.

    ``suspects`` is the number of rows that wait for a second look. ``reference`` is the suite that the head was really
    held against, where it is not the newest baseline. Without ``comparable`` there was no baseline of this kind of
    machine and plan, or none of the code of any benchmark. ``sessions`` are the saved ones that were looked at.
    ``since`` says whether pairs were compared with the saved baseline too. ``make_judgings`` returns what pairs were
    judged from; only a report asks for it.
    """

    compare: CompareKind
    assessments: tuple[Assessment, ...]
    shift: Shift | None = None
    suspects: int = 0
    overlap: bool = True
    comparable: bool = True
    reference: Suite | None = None
    notices: tuple[Notice, ...] = ()
    sessions: tuple[PastSession, ...] = ()
    trends: tuple[Trend, ...] = ()
    since: Since | None = None
    make_judgings: Callable[[], tuple[Judging, ...]] = field(default=tuple, compare=False)


def nothing_to_judge(alignment: Alignment, head: Suite, compare: CompareKind, notices: Sequence[Notice]) -> Decision:
    """List the rows when none can be judged; metrics without a direction still count as being in common."""
    return Decision(
        compare=compare,
        assessments=tuple(rest(alignment, head)),
        overlap=any(
            row.baseline and row.head
            for row in (
                *alignment.report_only,
                *alignment.code_changed,
                *alignment.definition_changed,
                *alignment.no_shared_statistic,
            )
        ),
        comparable=not alignment.code_changed,
        notices=tuple(notices),
    )


def not_comparable(head: Suite, baseline: Suite) -> Decision:
    """Call every common row not comparable, with what differs."""
    alignment = align(baseline, head)
    reason = reasons.differing(head.fingerprint.differences(baseline.fingerprint), head.plan, baseline.plan)
    ruling = Ruling(verdict="not_comparable", reason=reason, cure=reasons.DIFFERING_CURE)
    return Decision(
        compare="screen",
        assessments=(*alike(alignment.common, head, ruling), *rest(alignment, head)),
        overlap=bool(alignment.common or alignment.code_changed),
        comparable=False,
        notices=(Notice(code="machine-differs", text=f"nothing was compared: {reason}"),),
    )
