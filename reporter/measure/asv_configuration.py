"""``asv.conf.json``: where asv writes its results, and what of it does not hold in the tree of a side.

The file is JSON with comments and trailing commas.
"""

from __future__ import annotations

import glob
import json
import re
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporter.shared.files import read_regular, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMES = ("asv.conf.json", "asv.conf.jsonc")
MACHINE_FILE = ".asv-machine.json"
_DEFAULT_RESULTS = "results"
_MOST_BYTES = 2**16
_SECONDS = 60.0
_TEXT = r'("(?:[^"\\]|\\.)*(?:"|\Z))'
_COMMENT = re.compile(rf"{_TEXT}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_LAST_COMMA = re.compile(rf"{_TEXT}|,(\s*[}}\]])", re.DOTALL)


def path_of(folder: Path, words: Sequence[str]) -> Path | None:
    """Return the file that a command of asv reads in a folder; ``None`` where there is none."""
    named = [word.partition("=")[2] for word in words if word.startswith("--config=")]
    named += [after for word, after in zip(words, words[1:]) if word == "--config"]
    return next((folder / name for name in (named or NAMES) if (folder / name).is_file()), None)


def load(path: Path) -> dict[str, Any]:
    """Return the content of a file, empty where it cannot be read."""
    try:
        text = read_regular(path, _MOST_BYTES).decode()
        plain = _COMMENT.sub(lambda match: match[1] or " ", text)
        found = json.loads(_LAST_COMMA.sub(lambda match: match[1] or match[2], plain))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def results(folder: Path, words: Sequence[str]) -> tuple[str, ...]:
    """Return the pattern of the result files of a command; none without a configuration."""
    path = path_of(folder, words)
    if path is None:
        return ()
    place = load(path).get("results_dir", _DEFAULT_RESULTS)
    found = path.parent / place if isinstance(place, str) else path.parent / _DEFAULT_RESULTS
    return (f"{glob.escape(str(found))}/**/*.json",)


def describe_machine(words: Sequence[str], folder: Path, environ: Mapping[str, str]) -> bool:
    """Let asv write down what machine this is, unless it has; without that it asks, or refuses to run. Never raises."""
    home = environ.get("HOME") or environ.get("USERPROFILE")
    program = _program(words)
    if not home or not program or (Path(home) / MACHINE_FILE).exists():
        return False
    command = [*program, "machine", "--yes"]
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(
            command,
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
        return True
    return False


def _program(words: Sequence[str]) -> Sequence[str]:
    """Return the words in front of ``run`` that start asv."""
    ends = [at for at, word in enumerate(words) if word == "run" and at and Path(words[at - 1]).stem == "asv"]
    return words[: ends[0]] if ends else ()


def settle(path: Path, tree: Path) -> bool:
    """Let asv find its commit in the tree of a side; whether the file had to change.

    The branches that it names need not be in a clone, and its repository may be an address. Raises ``OSError``.
    """
    found = load(path)
    here = {"repo": str(tree), "branches": ["HEAD"], "dvcs": "git"}
    if not found or found.items() >= here.items():
        return False
    write_whole(path, json.dumps({**found, **here}, indent=4))
    return True
