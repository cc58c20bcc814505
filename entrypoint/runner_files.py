"""How the runner takes what a step hands on, on the host: standard library only, Python 3.9 and later."""

from __future__ import annotations

import secrets
from pathlib import Path


def command(level: str, title: str, message: str) -> str:
    """Return one workflow command; GitHub's escapes keep the message on its line."""
    label = escape(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={label}::{escape(message)}"


def escape(value: str) -> str:
    """Escape the data of a workflow command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def assignment(name: str, value: str) -> str:
    """Return one entry of the output file, between delimiters that the value cannot hold."""
    delimiter = f"benchverdict_{secrets.token_hex(16)}"
    while delimiter in value:
        delimiter = f"benchverdict_{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def append(path: str | None, content: str) -> None:
    """Add to one of the runner's files; outside of a workflow there is none."""
    if path:
        with Path(path).open("a", encoding="utf-8", errors="replace", newline="\n") as stream:
            stream.write(content)


def bounded(content: str, limit: int) -> str:
    """Cut a text to that many bytes at the end of a line, and say so."""
    raw = content.encode("utf-8", "replace")
    if len(raw) <= limit:
        return raw.decode("utf-8")
    note = "\n\n(The summary was cut here; the report artifact has all of it.)\n"
    kept = raw[: limit - len(note.encode())]
    return kept[: max(kept.rfind(b"\n"), 0)].decode("utf-8", "ignore") + note
