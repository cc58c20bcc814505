"""What a stranger could do to the report of a run before it is uploaded: to its numbers, its words, its JSON, its zip.

Every text that is no name becomes ``SENTENCE``, and names hold ``NAME``: so it shows who speaks in what is published.
"""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.fuzz import changed
from tests.reports import HOSTILE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

SENTENCE, NAME = "zqsentence", "zqname"
VERDICTS = ("regressed", "improved", "unchanged", "inconclusive", "not_comparable", "new", "missing", "errored")
_STATUSES = ("passed", "failed", "undecided")
_CAUSES = (None, "not-measured", "too-noisy", "not-compared")
_LEVELS = ("met", "above_target", "warning", "critical", "not_measured")
_SHARES = (-0.9, -0.4, -0.05, -0.01, 0.0, 0.001, 0.01, 0.05, 0.4, 3.0, 1e9, None)

Document = dict[str, Any]


def _row(document: Document, chance: Random) -> Document:
    """Return any row; one that belongs to nothing where there is none."""
    rows: list[Document] = document["benchmarks"]
    return chance.choice(rows) if rows else {}


def _change(document: Document, chance: Random) -> Document:
    return _row(document, chance).get("change") or {}


def _verdict(document: Document, chance: Random) -> None:
    _row(document, chance)["verdict"] = chance.choice(VERDICTS)


def _called_well(document: Document, chance: Random) -> None:
    """Call what regressed something better, as a stranger would."""
    word = chance.choice(("unchanged", "improved", "inconclusive", "inconclusive", "not_comparable", "new"))
    for row in document["benchmarks"]:
        row["verdict"] = word if row["verdict"] == "regressed" else row["verdict"]


def _interval(document: Document, chance: Random) -> None:
    change, by = _change(document, chance), chance.uniform(-0.5, 0.5)
    for name in ("point", "low", "high"):
        change[name] = None if change.get(name) is None else change[name] + by
    if change.get("before") is not None and chance.random() < 0.8:
        change["after"] = change["before"] * (1 + (change["point"] or 0.0))


def _ends(document: Document, chance: Random) -> None:
    _change(document, chance)[chance.choice(("point", "low", "high", "p_adjusted"))] = chance.choice(_SHARES)


def _no_ends(document: Document, chance: Random) -> None:
    """Take the interval away, as a named rule does."""
    _change(document, chance).update(low=None, high=None)


def _swapped(document: Document, chance: Random) -> None:
    one, other = _row(document, chance), _row(document, chance)
    one["change"], other["change"] = other.get("change"), one.get("change")


def _bounds(document: Document, chance: Random) -> None:
    _row(document, chance)[chance.choice(("threshold", "margin"))] = chance.choice(_SHARES)


def _side(document: Document, chance: Random) -> None:
    _row(document, chance)[chance.choice(("baseline", "head", "change"))] = None


def _declared(document: Document, chance: Random) -> None:
    name, values = chance.choice((("better", ("lower", "higher", None)), ("unit", ("s", "1/s", "B", "1", "tokens"))))
    _row(document, chance)[name] = chance.choice(values)


def _suspected(document: Document, chance: Random) -> None:
    _row(document, chance)["suspect"] = chance.random() < 0.5
    document["confirm"] = chance.random() < 0.5


def _doubled(document: Document, chance: Random) -> None:
    row = copy.deepcopy(_row(document, chance))
    if not row:
        return
    if chance.random() < 0.3:
        row["verdict"] = chance.choice(VERDICTS)
    document["benchmarks"] += [row] * chance.choice((1, 1, 4))


def _dropped(document: Document, chance: Random) -> None:
    rows = document["benchmarks"]
    del rows[chance.randint(0, len(rows)) :]


def _gate(document: Document, chance: Random) -> None:
    document["gate"] |= {"status": chance.choice(_STATUSES), "cause": chance.choice(_CAUSES)}


def _passed(document: Document, _: Random) -> None:
    document["gate"] |= {"status": "passed", "cause": None, "reasons": []}


def _budget(document: Document, chance: Random) -> None:
    budgets = document.get("budgets") or []
    if budgets:
        name = chance.choice(("value", "target", "warning", "critical"))
        chance.choice(budgets)[name] = chance.choice((0.0, 0.05, 0.15, 0.4, 9.0, None))


def _budget_status(document: Document, chance: Random) -> None:
    for budget in document.get("budgets") or []:
        budget["status"] = chance.choice(_LEVELS)


def _shift(document: Document, chance: Random) -> None:
    if document.get("shift"):
        document["shift"]["verdict"] = chance.choice(VERDICTS)
        document["shift"][chance.choice(("point", "low", "high"))] = chance.choice(_SHARES)


def _name(document: Document, chance: Random) -> None:
    _row(document, chance)["name"] = f"{NAME} {chance.choice(HOSTILE_NAMES)} {NAME}"


def _override(document: Document, chance: Random) -> None:
    commit = document["measured"]["head_sha"]
    label = chance.choice(("benchverdict: accept", SENTENCE))
    document["override"] = {"label": label, "by": chance.choice(("alice", SENTENCE)), "at": 1.795e9, "commit": commit}


def _accepted(document: Document, chance: Random) -> None:
    _row(document, chance)["accepted"] = f"accepted until 2099-01-01: {SENTENCE}"


def _kind(document: Document, chance: Random) -> None:
    document["compare"] = chance.choice(("screen", "confirmed", "paired", "none"))
    document["saved"] = chance.random() < 0.5
    if chance.random() < 0.3:
        document["baseline"], document["baseline_reason"] = None, SENTENCE


def _about(document: Document, chance: Random) -> None:
    """Name another suite or commit."""
    if chance.random() < 0.3:
        document["suite"] = chance.choice(("other", NAME, "benchmarks.shard-1-of-2"))
    if chance.random() < 0.3:
        document["measured"][chance.choice(("base_sha", "head_sha"))] = chance.choice(("a" * 40, SENTENCE, None))


FORGERIES: tuple[Callable[[Document, Random], None], ...] = (
    _verdict, _verdict, _called_well, _called_well, _called_well, _interval, _interval, _ends, _no_ends, _swapped,
    _bounds, _side, _declared, _suspected, _doubled, _dropped, _gate, _passed, _passed, _budget, _budget_status,
    _shift, _name, _override, _accepted, _kind, _about,
)  # fmt: skip

_NAMES = frozenset(
    ("category", "metric", "benchmark", "rule", "cpu_model", "architecture", "os", "image", "language", "message",
     "request", "code", "broken_by", "function", "file")
)  # fmt: skip
_SENTENCES = frozenset(("reason", "cure", "source", "command", "plan", "baseline_reason", "text", "accepted"))
_CODES_KEPT = 0.7
"""How often a warning keeps its code: those that are not known are left out with their text."""


def _blame(row: Document, name: str) -> None:
    """Blame something that nobody has looked at."""
    changed = {"function": name, "file": "../../etc/passwd" if len(name) % 2 else name, "line": 2**53, "last": 2**53}
    row["cause"] = {
        "kind": "changed-here", "function": name, "file": name, "line": 3, "calls": [1, 2**53],
        "share": 0.5, "in_diff": True, "changed": changed, "why": None,
    }  # fmt: skip
    row["instructions"] = {
        "tool": "callgrind", "base": 1e308, "head": 1.0, "change": -1e307, "spread": 1e308, "moved": True,
        "not_countable": None,
    }  # fmt: skip
    side = {"peak": 2**53, "blocks": None}
    line = {"file": name, "line": 2**53, "bytes": 1, "in_diff": True}
    row["memory"] = {"base": side, "head": side, "grew": True, "line": line}


def plant(document: Document, chance: Random) -> None:
    """Put the words that tell a stranger's texts into all of them."""
    document["gate"]["reasons"] = [SENTENCE for _ in document["gate"]["reasons"]]
    for index, row in enumerate(document["benchmarks"]):
        row["suite"] = NAME
        row["name"] = f"{row['name']} {NAME} {index}"
        row["params"] = {f"{key} {NAME}": f"{value} {NAME}" for key, value in row["params"].items()}
        if index % 3 == 0:
            _blame(row, HOSTILE_NAMES[index % len(HOSTILE_NAMES)][:200])
    for judging in document.get("judgings", []):
        judging["suite"] = NAME
        for row in judging["rows"]:
            row["name"] = f"{row['name']} {NAME}"
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            _plant_in(value, chance)
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _plant_in(holder: Document, chance: Random) -> None:
    for key, value in holder.items():
        if not isinstance(value, str) or (key == "code" and chance.random() < _CODES_KEPT):
            continue
        if key in _SENTENCES:
            holder[key] = SENTENCE
        elif key in _NAMES:
            holder[key] = f"{value} {NAME}"


def recount(document: Document) -> None:
    """Make the counts agree with the rows, without which nothing else would be looked at."""
    counts = Counter(row.get("verdict") for row in document["benchmarks"])
    document["counts"] = {verdict: counts[verdict] for verdict in VERDICTS}


def forged(original: Document, chance: Random) -> bytes:
    """Return a report as JSON after none to four forgeries."""
    document: Document = copy.deepcopy(original)
    plant(document, chance)
    for forgery in chance.choices(FORGERIES, k=chance.randint(0, 4)):
        forgery(document, chance)
    if chance.random() < 0.95:
        recount(document)
    return json.dumps(document).encode()


def packed(report: bytes, chance: Random) -> bytes:
    """Return the zip of a report, sometimes with more in it than a report."""
    stream = io.BytesIO()
    method = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
        archive.writestr("verdict.json", report)
        archive.writestr("comment.md", f"{SENTENCE} ✅")
        if chance.random() < 0.03:
            archive.writestr(chance.choice(("../../evil", "/evil", "VERDICT.json", "a\\b", "c:evil", "\n")), SENTENCE)
        if chance.random() < 0.01:
            archive.writestr("zeros", bytes(2**22))
    return stream.getvalue()


def upload_of(original: Document, chance: Random) -> bytes:
    """Return an artifact: mostly a good zip of a forged report, else with damaged JSON or damaged itself."""
    report = forged(original, chance)
    way = chance.random()
    if way < 0.12:
        report = changed(report, chance, [report])
    content = packed(report, chance)
    return changed(content, chance, [content]) if way > 0.93 else content
