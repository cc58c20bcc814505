"""What pairs and a search between commits say of a suspicion: they confirm or refute it, and narrow it down."""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING

from msgspec import structs

from reporter.decide.watch_states import digest_of, identity_of, is_across, settled, with_causes
from reporter.records import watch as record
from reporter.shared.errors import InputError
from reporter.shared.model import COMMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.decide.align import Key
    from reporter.model import Assessment, Report
    from reporter.records.bisection import Bisection, Commit
    from reporter.records.watch import Cause, Cleared, InPairs, Pairs, Row, Watch


_RULED: dict[str, InPairs] = {"regressed": "slower", "unchanged": "not-slower", "improved": "not-slower"}


def with_pairs(known: Watch, report: Report) -> Watch:
    """Return what is known with what a report of pairs says of all rows that may have moved between its commits.

    Raises:
        InputError: nothing that is suspected lies between them.
    """
    base, head = report.measured.base_sha, report.measured.head_sha
    order = {commit: place for place, commit in enumerate(known.commits)}
    about = {}
    if base in order and head is not None and report.compare == "paired":
        about = {each.key: each for each in known.causes if is_across(base, head, each, order)}
    if base is None or head is None or not about:
        what = f"it has no pairs of commits with a cause between them (base {base}, head {head}, {report.compare})"
        raise InputError("pairs-foreign", what, cure="measure the commits in pairs that `next` of watch.json names")
    measured = record.Pairs(base=base, head=head)
    rulings = {_row_of(each): each for each in report.assessments}
    blamed = Counter(key for cause in about.values() for key in {*map(identity_of, cause.rows)})
    causes = [_with_pairs(each, rulings, measured, blamed) if each.key in about else each for each in known.causes]
    return with_causes(structs.replace(known, cleared=_cleared(known, rulings, measured)), causes)


def _row_of(assessment: Assessment) -> Key:
    shown = assessment.comparison
    return shown.name, tuple(sorted(shown.params)), shown.metric.name


def _with_pairs(cause: Cause, rulings: Mapping[Key, Assessment], measured: Pairs, blamed: Mapping[Key, int]) -> Cause:
    """Return a cause with the results of pairs in its open rows."""
    rows = [row if row.pairs in _RULED.values() else _judged(row, rulings.get(identity_of(row))) for row in cause.rows]
    own = [
        # What is slower for one of several causes is that of the one whose base was measured.
        structs.replace(row, pairs="undecided")
        if row.pairs == "slower" and cause.before != measured.base and blamed[identity_of(row)] > 1
        else row
        for row in rows
    ]
    return settled(structs.replace(cause, rows=tuple(own), measured=measured))


def _judged(row: Row, assessment: Assessment | None) -> Row:
    verdict = assessment.verdict if assessment else "missing"
    change = assessment.comparison.change if assessment else None
    point = change.marginal.point if change and change.kind == "ratio" and isfinite(change.marginal.point) else None
    return structs.replace(row, pairs=_RULED.get(verdict, "undecided"), change=point)


def _cleared(known: Watch, rulings: Mapping[Key, Assessment], measured: Pairs) -> tuple[Cleared, ...]:
    """Return what the last pairs found not slower, these ones too."""
    rows = [digest_of(key) for key, assessment in rulings.items() if _RULED.get(assessment.verdict) == "not-slower"]
    newest = record.Cleared(base=measured.base, head=measured.head, rows=tuple(sorted(rows)))
    older = [each for each in known.cleared if (each.base, each.head) != (newest.base, newest.head)]
    return (*older, newest)[-record.MOST_CLEARED :]


def with_bisection(known: Watch, search: Bisection) -> Watch:
    """Return what is known with the range of commits in which a search between those of a cause has ended.

    Raises:
        InputError: it searched between others, or names what is no commit.
    """
    if not all(COMMIT.fullmatch(commit.sha) for commit in search.commits):
        cure = "use bisect.json as `benchverdict bisect` wrote it"
        raise InputError("broken-bisection", "the search names a commit that is none", cure=cure)
    order = {commit: place for place, commit in enumerate(known.commits)}
    good, bad = search.commits[0].sha, search.commits[-1].sha
    about = {each.key for each in known.causes if each.before == good and is_across(good, bad, each, order)}
    if not about:
        what = f"it searched between the commits {good[:10]} and {bad[:10]}, which are those of no cause"
        raise InputError("bisect-foreign", what, cure="search between the commits that `search` of watch.json names")
    return with_causes(known, [_narrowed(each, search) if each.key in about else each for each in known.causes])


def _narrowed(cause: Cause, search: Bisection) -> Cause:
    """Return a cause with the range of a search that looked for one of its rows and came to its end."""
    target, result = search.target, search.result
    if target is None or result is None:
        return cause
    wanted = target.benchmark, tuple(sorted(target.params.items())), target.metric
    if wanted not in map(identity_of, cause.rows) or not 1 <= result.first <= result.last < len(search.commits):
        return cause
    found = record.Range(
        benchmark=target.benchmark,
        first=_named(search.commits[result.first]),
        last=_named(search.commits[result.last]),
        commits=result.last - result.first + 1,
        probability=result.probability,
    )
    return structs.replace(cause, range=found)


def _named(commit: Commit) -> record.Commit:
    return record.Commit(sha=commit.sha, title=commit.title)
