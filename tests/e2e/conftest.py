"""What the end-to-end tests run on: the real engine, runner and artifact client, and a copy of this checkout.

Where one of them is missing the test is skipped and names what to install; under CI it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.e2e.store_servers import PASSWORD, SECRET_KEY, make_bucket, postgres_programs, postgres_server, s3_server
from tests.e2e.stores import KINDS
from tests.golden.conftest import golden as golden  # the fixture, for what a person sees of a run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
TEST_BASE = "benchverdict-test-base:bookworm"
_CHROMIUM = shutil.which("chromium")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


def missing(advice: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(advice)
    pytest.skip(advice)


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment for every program started here: the tools of the development environment come first."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    builder = {} if _succeeds("docker", "buildx", "version") else {"DOCKER_BUILDKIT": "0"}
    return {**os.environ, "PATH": path, **builder}


@pytest.fixture(scope="session")
def engine() -> None:
    if not _succeeds("docker", "info"):
        missing("no Docker engine: install docker.io, start dockerd, and see .ci/run")


@pytest.fixture(scope="session")
def image(engine: None, environment: dict[str, str]) -> str:
    """The image of this checkout, on the real base where a registry can be reached and else on the tests' own."""
    local = _succeeds("docker", "image", "inspect", TEST_BASE)
    arguments = ["--build-arg", f"BASE={TEST_BASE}"] if local else []
    command = ["bash", "entrypoint/steps/image.sh", *arguments]
    built = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=600, check=False)
    if built.returncode and not local:
        missing(f"no base image: run .ci/base-image as root, or let Docker reach a registry\n{built.stderr[-2000:]}")
    assert built.returncode == 0, built.stderr
    return built.stdout.strip()


@pytest.fixture(scope="session")
def node_packages(environment: dict[str, str]) -> Path:
    """The folder of the npm packages, among them the official artifact client."""
    if shutil.which("npm", path=environment["PATH"]) is None:
        missing("no npm: install Node.js 20 or later")
    subprocess.run(["make", "--silent", "build/node/.installed"], cwd=ROOT, env=environment, check=True, timeout=600)
    return ROOT / "build" / "node" / "node_modules"


@pytest.fixture(scope="session")
def act(environment: dict[str, str]) -> str:
    found = shutil.which("act", path=environment["PATH"])
    return found or missing("no act: install the development requirements (make test does)")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git would bring of this checkout, without the environment and the builds."""
    copy = tmp_path_factory.mktemp("action") / "benchverdict"
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the address of a place for each kind of store."""
    programs = postgres_programs() or missing("no PostgreSQL: install postgresql")
    if find_spec("moto") is None or find_spec("obstore") is None or find_spec("psycopg") is None:
        missing("no moto, obstore or psycopg: install the development requirements (make test does)")
    folder = tmp_path_factory.mktemp("stores")
    environ = {
        "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
        "PGPASSWORD": PASSWORD,
    }
    with pytest.MonkeyPatch.context() as patch, s3_server(folder) as s3, postgres_server(programs) as postgres:
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", s3)
        make_bucket(s3, "benchmarks")
        yield {"file": (folder / "objects").as_uri(), "s3": "s3://benchmarks/of/api", "postgresql": postgres}


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, stores: dict[str, str]) -> str:
    return stores[request.param]


@pytest.fixture
def suite(request: pytest.FixtureRequest) -> str:
    """Return a suite of the test's own."""
    return f"of {request.node.name}"


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if _CHROMIUM is None:
        missing("no Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def axe(node_packages: Path) -> str:
    return (node_packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
