"""The files of the work folder, read as data: the benchmark command could have written them.

Bounded, typed value by value, and escaped for the place where they are shown. Used on the host, so: standard library
only, Python 3.9 and later.
"""

from __future__ import annotations

import json
import math
import re
import sys
from typing import TYPE_CHECKING, Any

from reporter.shared.errors import GATE_FAILED, BenchverdictError
from reporter.shared.files import FILE_LIMIT, read_regular
from reporter.shared.markdown import one_line, prose

if TYPE_CHECKING:
    from pathlib import Path

VERBS = ("setup", "fetch", "measure", "report", "collect", "store", "publish")
EXIT_CODE = re.compile("[0-9]{1,3}")
DEFECT = BenchverdictError.exit_code
TEXT_LIMIT = 2_000
REASON_LINES = 12
"""Lines of what a verb wrote to standard error that are shown; a text of many is no reason."""

_LABEL = re.compile(r"(benchverdict: +)?(error: +)?")


def reason(work: Path, verb: str) -> str:
    """Return why a verb failed, in its own words; empty when it left none."""
    known = {"measure": read_object(work / "measure" / "measure.json").get("message")}
    lines = [_LABEL.sub("", line, count=1).strip() for line in read_text(work / "messages" / verb).splitlines()]
    shown = [line for line in lines if line and not line.startswith("::")]
    return text(known.get(verb)) or text("\n".join(shown[-REASON_LINES:]))


NOTHING_MEASURED = "[nothing-measured]"


def failures(work: Path, verbs: tuple[str, ...] = VERBS) -> list[str]:
    """Return a text for each verb that failed: which one, its exit code and why. A gate that failed is no such verb.

    A reason that two verbs give in the same words is listed once.
    """
    codes = {verb: recorded_code(work / "exit" / verb) for verb in verbs}
    failed = {verb: reason(work, verb) for verb, code in codes.items() if code not in (None, 0, GATE_FAILED)}
    shown = failed.get("report")
    if shown is not None and "measure" in failed:
        says_nothing_else = not shown and codes["report"] == codes["measure"]
        if says_nothing_else or NOTHING_MEASURED in shown:
            del failed["report"]  # for the reason that measure gives
    first = {why: verb for verb, why in reversed(failed.items()) if why}
    return [
        f"{verb} ended with exit code {codes[verb]}: {why or 'its log says why.'}"
        for verb, why in failed.items()
        if first.get(why, verb) == verb
    ]


def recorded_code(path: Path) -> int | None:
    """Return the exit code that a verb left, ``None`` when it did not run, 1 when the file makes no sense."""
    content = read_text(path).strip()
    if not content:
        return DEFECT if path.exists() else None
    return int(content) if EXIT_CODE.fullmatch(content) and int(content) < 256 else DEFECT


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object; anything else is an empty one."""
    try:
        value = json.loads(read_text(path))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def read_text(path: Path) -> str:
    """Read a regular file up to ``FILE_LIMIT``; anything else, a link too, is empty."""
    try:
        return read_regular(path, FILE_LIMIT).decode("utf-8", "replace")
    except OSError:
        return ""


def part(mapping: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object inside another one, empty when it is something else."""
    value = mapping.get(key)
    return value if isinstance(value, dict) else {}


def items(mapping: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list inside an object."""
    value = mapping.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def texts(mapping: dict[str, Any], key: str) -> list[str]:
    """Return the texts of a list inside an object."""
    value = mapping.get(key)
    return [text(entry) for entry in value if text(entry)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a text of bounded length without control characters but line ends; empty when it is something else."""
    if not isinstance(value, str):
        return ""
    encodable = value[:TEXT_LIMIT].encode("utf-8", "replace").decode("utf-8")
    return "".join(sign for sign in encodable if sign.isprintable() or sign == "\n")


def number(value: object) -> float | None:
    """Return a finite number, else ``None``; JSON's true is none, and an integer can be too large to be one."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or abs(value) > sys.float_info.max:
        return None
    return float(value) if math.isfinite(value) else None


def whole(value: object) -> str:
    """Return a number without decimals, empty when it is unknown."""
    known = number(value)
    return "" if known is None else str(round(known))


def markdown(value: str) -> str:
    """Return a text as one line that means nothing to Markdown, HTML or GitHub (mentions, references)."""
    return prose(one_line(value), TEXT_LIMIT)
