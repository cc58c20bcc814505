"""All that the set-up of a base depends on and that can be seen: the key of a base that is kept."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure.paired.virtual import PLUGIN_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.measure.paired.pair_plan import PairPlan
    from reporter.measure.paired.sides import Sides
    from reporter.measure.paired.user_python import UserPython

SCHEMA = "kept-base/v1"
_OF_A_SHELL = frozenset(
    {
        "_",
        "COLUMNS",
        "DISPLAY",
        "LINES",
        "OLDPWD",
        "PS1",
        "PWD",
        "SHLVL",
        "STY",
        "TERM",
        "TERM_PROGRAM",
        "TERM_SESSION_ID",
        "TMUX",
        "TMUX_PANE",
        "WINDOWID",
        "XDG_SESSION_ID",
    }
)
"""Variables that differ from one terminal to the next and decide no set-up."""
_NOT_FOR_A_SET_UP = ("SSH_", "BENCHVERDICT_")
_DISTRIBUTIONS = frozenset({".dist-info", ".egg-info", ".egg-link"})


def key_of(output: Path, pairs: PairPlan, trees: Sides, user: UserPython | None, environ: Mapping[str, str]) -> str:
    """Return the key of the base that would be set up."""
    depends_on = [
        SCHEMA,
        _own_code(),
        str(output),
        trees.base.commit,
        str(trees.base.folder),
        str(trees.root),
        pairs.setup,
        pairs.isolate,
        asdict(user) if user else None,
        sorted(_installed(user)) if user else None,
        sorted(item for item in environ.items() if _decides(item[0])),
        [sys.platform, platform.platform(), platform.machine(), platform.node()],
    ]
    return hashlib.sha256(json.dumps(depends_on).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _decides(variable: str) -> bool:
    return variable not in _OF_A_SHELL and not variable.startswith(_NOT_FOR_A_SET_UP)


def _installed(user: UserPython) -> Iterator[str]:
    """Yield what tells which packages the user has: names with versions, and where path files lead."""
    for folder in map(Path, user.site_folders):
        with suppress(OSError):
            yield from (str(path) for path in folder.iterdir() if path.suffix in _DISTRIBUTIONS)
            yield from (f"{path} {path.read_text('utf-8', 'replace')}" for path in folder.glob("*.pth"))


def _own_code() -> str:
    digest = hashlib.sha256()
    for folder in (Path(__file__).parent, PLUGIN_FOLDER):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
