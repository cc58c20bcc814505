"""Run the server as a process: ``python -m tests.github_api --port 0 --state state.json``; prints its address first."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tests.github_api import admin
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

LIFETIME = 900.0
"""Seconds after which the process ends by itself, should nobody end it."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.github_api")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--prefix", default="", help="/api/v3 for an enterprise server")
    parser.add_argument("--state", type=Path, help="a document of the form that admin.py tells")
    parser.add_argument("--check", action="store_true", help="hold every exchange against GitHub's description")
    parser.add_argument("--lifetime", type=float, default=LIFETIME)
    options = parser.parse_args()
    description = Description.load() if options.check else None
    api = GitHubApi(description=description, port=options.port, prefix=options.prefix)
    if options.state:
        admin.seed(api.world, json.loads(options.state.read_text()))
    with api:
        print(api.url, flush=True)
        api.wait(options.lifetime)


if __name__ == "__main__":
    main()
