"""Credentials of a store reach the container of the verb ``store``, and of no other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

STEPS = Path(__file__).parents[2] / "entrypoint" / "steps"
VERBS = ("fetch", "report", "collect", "store", "publish")
NAMES = ("AWS_SECRET_ACCESS_KEY", "AZURE_STORAGE_ACCOUNT_KEY", "GOOGLE_BEARER_TOKEN", "PGPASSWORD")
FILES = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AZURE_FEDERATED_TOKEN_FILE", "GOOGLE_APPLICATION_CREDENTIALS", "PGPASSFILE")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the container is for Linux")


def options(verb: str, folder: Path) -> list[str]:
    """Return the arguments with which the engine is called for a verb."""
    engine = folder / "docker"
    engine.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    engine.chmod(0o755)
    token = folder / "token"
    token.write_text("hunter2")
    environ = {
        **dict.fromkeys(NAMES, "hunter2"),
        **dict.fromkeys(FILES, str(token)),
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_WORKSPACE": str(folder),
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "BENCHVERDICT_WORK": str(folder / "work"),
        "BENCHVERDICT_IMAGE": "image",
        "BENCHVERDICT_INPUT_STORE": "file:///srv/benchmarks",
    }
    call = f'source "{STEPS}/runtime.sh"; contained {verb} -m entrypoint'
    done = subprocess.run(["bash", "-euc", call], env=environ, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("verb", VERBS)
def test_credentials_reach_the_store_alone_and_by_name(verb: str, tmp_path: Path) -> None:
    given = options(verb, tmp_path)
    assert "hunter2" not in "".join(given)
    for name in (*NAMES, *FILES):
        assert (name in given) is (verb == "store"), name
    token = tmp_path / "token"
    assert (f"{token}:{token}:ro" in given) is (verb == "store")
    assert ("/srv/benchmarks:/srv/benchmarks" in given) is (verb == "store")
    if verb == "store":
        assert f"{tmp_path}:{tmp_path}:ro" in given
