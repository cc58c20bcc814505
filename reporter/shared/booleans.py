"""Yes or no, as people write it: in inputs of the action, in the configuration and on the command line alike."""

from __future__ import annotations

WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "y": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
    "n": False,
}


def parse_boolean(value: object) -> bool:
    """Read ``true``, ``yes``, ``on`` or ``1`` as true and their opposites as false, in any case.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if isinstance(value, (str, int)) and word in WORDS:
        return WORDS[word]
    raise ValueError(f"{str(value)[:40]!r} is neither true nor false: write true, yes, on or 1; or false, no, off or 0")
