"""Run by a side's Python in the side's working directory: print as JSON where it would import modules from."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path


def main(names: list[str]) -> None:
    """Print an object of name and file; of a package without a file its folder. What is not found is left out."""
    sys.path[0] = str(Path.cwd())
    found = {name: place(name) for name in names}
    sys.stdout.write(json.dumps({name: where for name, where in found.items() if where}))


def place(name: str) -> str | None:
    """Return the file or folder of a module."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    folders = list(spec.submodule_search_locations or [])
    return spec.origin if spec.has_location else next(iter(folders), None)


main(sys.argv[1:])
