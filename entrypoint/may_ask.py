"""Ask GitHub whether a comment's author may ask for benchmarks, before anything is built or installed for it.

Run as a file on the host, so: standard library only, Python 3.9 and later. An author whom GitHub does not know as a
writer is refused here. Every other answer leaves it to the verb ``request``, which asks for more and says what is
wrong.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

WRITING = ("admin", "write")
_SECONDS = 20.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes to GitHub and not to where an answer leads."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


def main(environ: dict[str, str]) -> int:
    """Print ``may=true`` or ``may=false`` as a step output, and why not to standard error."""
    author = _author(environ.get("GITHUB_EVENT_PATH", ""))
    may = not author or may_ask(author, environ)
    if not may:
        print(f"{author!r} may not write to this repository, so nothing is set up for this comment.", file=sys.stderr)
    print(f"may={'true' if may else 'false'}")
    return 0


def may_ask(author: str, environ: dict[str, str]) -> bool:
    """Return whether GitHub calls the author a writer, or does not answer."""
    api = environ.get("GITHUB_API_URL") or "https://api.github.com"
    place = (
        f"{api}/repos/{environ.get('GITHUB_REPOSITORY')}/collaborators/{urllib.parse.quote(author, safe='')}/permission"
    )
    headers = {"Authorization": f"Bearer {environ.get('BENCHVERDICT_TOKEN', '')}", "User-Agent": "benchverdict"}
    try:
        request = urllib.request.Request(place, headers=headers)  # noqa: S310 - the runner's own address
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
            permission = json.load(answer).get("permission")
    except urllib.error.HTTPError as problem:
        return problem.code != 404
    except (OSError, ValueError, AttributeError):
        return True
    return permission in WRITING


def _author(event: str) -> str:
    """Return who wrote the comment of the event; empty where it is none."""
    try:
        return str(json.loads(Path(event).read_bytes())["comment"]["user"]["login"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


if __name__ == "__main__":
    sys.exit(main(dict(os.environ)))
