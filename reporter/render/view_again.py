"""How to measure again: both sides of a comparison, or one benchmark alone."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from reporter.shared.model import COMMIT
from reporter.shared.printable import visible

if TYPE_CHECKING:
    from reporter.model import Measured

"""What may stand in a line for a shell as a commit; anything else came from a hostile file."""

_OUTPUT = "{output}"
_PYTEST = re.compile(r"(?:^|\s)((?:[\w./-]*python[\d.]*\s+-m\s+)?pytest)\s")
_NODE = re.compile(r"(?!-)[\w./-]+\.py::[^\n]+")


def repeat(measured: Measured) -> tuple[str, ...]:
    """Return lines for a shell that measure both sides again and compare them; empty without a command."""
    if not measured.command:
        return ()
    base, head = (sha if sha and COMMIT.fullmatch(sha) else None for sha in (measured.base_sha, measured.head_sha))
    lines = []
    for commit, file in ((base, "base.json"), (head, "head.json")):
        if commit:
            command = measured.command.replace(_OUTPUT, file)
            lines += [f"git switch --detach {commit}", *map(visible, command.splitlines())]
    if not lines:
        return tuple(map(visible, measured.command.replace(_OUTPUT, "head.json").splitlines()))
    compare = "benchverdict compare --baseline base.json --head head.json"
    return (*lines, compare) if base and head and _OUTPUT in measured.command else tuple(lines)


def pytest_of(command: str | None) -> str | None:
    """Find how a command starts pytest with pytest-benchmark; ``None`` when it does not."""
    found = _PYTEST.search(command) if command and "--benchmark-json" in command else None
    return " ".join(found[1].split()) if found else None


def repeat_one(pytest: str | None, name: str) -> str:
    """Return the line for a shell that measures one benchmark alone; empty where its name is not pytest's."""
    if pytest is None or not _NODE.fullmatch(name) or not name.isprintable():
        return ""
    return f"{pytest} {shlex.quote(name)} --benchmark-json=one.json"
