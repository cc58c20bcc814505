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
FILES = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AZURE_FEDERATED_TOKEN_FILE",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "PGPASSFILE",
    "PGSERVICEFILE",
    "PGSSLCERT",
    "PGSSLKEY",
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the container is for Linux")


def called(verb: str, folder: Path, store: str) -> subprocess.CompletedProcess[str]:
    """Run a verb with an engine that prints its arguments."""
    engine = folder / "docker"
    engine.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    engine.chmod(0o755)
    environ = {
        **dict.fromkeys(NAMES, "hunter2"),
        **{name: str(folder / name) for name in FILES},
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_WORKSPACE": str(folder),
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "BENCHVERDICT_WORK": str(folder / "work"),
        "BENCHVERDICT_IMAGE": "image",
        "BENCHVERDICT_INPUT_STORE": store,
    }
    call = f'source "{STEPS}/runtime.sh"; record {verb} contained {verb} -m entrypoint; exit $code'
    for name in FILES:
        (folder / name).write_text("hunter2")
    (folder / "work" / "exit").mkdir(parents=True)
    (folder / "work" / "messages").mkdir()
    return subprocess.run(["bash", "-euc", call], env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("verb", VERBS)
def test_credentials_reach_the_store_alone_and_by_name(verb: str, tmp_path: Path) -> None:
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    done = called(verb, tmp_path, f" file://{folder}")
    given = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert "hunter2" not in "".join(given)
    for name in (*NAMES, *FILES):
        assert (name in given) is (verb == "store"), name
    for name in FILES:
        assert (f"{tmp_path / name}:{tmp_path / name}:ro" in given) is (verb == "store")
    assert (f"{folder}:{folder}" in given) is (verb == "store")
    if verb == "store":
        assert f"{tmp_path}:{tmp_path}:ro" in given


@pytest.mark.parametrize("name", ["missing", "with%20blank", "with:ro"])
def test_a_folder_that_the_container_could_not_keep_is_refused(name: str, tmp_path: Path) -> None:
    if name != "missing":
        (tmp_path / name).mkdir()
    done = called("store", tmp_path, f"file://{tmp_path / name}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "The input store names a folder" in (tmp_path / "work" / "messages" / "store").read_text()
    assert (tmp_path / "work" / "exit" / "store").read_text() == "2\n"
