"""Paths and quoting of the steps on runners that cannot be had here: Windows, macOS, odd folders, other engines.

The steps are the real ones, run by bash; programs that are not here (an engine, an interpreter of Windows) are
stand-ins that write down what they were called with.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STEPS = Path(__file__).parents[2] / "entrypoint" / "steps"
BASH = shutil.which("bash") or "bash"
ODD = "a b' $HOME;é"
"""A blank, a quote, what a shell expands, what it ends a command with, and a letter beyond ASCII."""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{BASH}\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def noting(path: Path, notes: Path) -> Path:
    """A program that writes down its arguments, one a line, and the variable with the certificates."""
    line = 'printf "%s\\n" "$@" "ca=${REQUESTS_CA_BUNDLE:-}"'
    return program(path, f"{line} >{shlex.quote(str(notes))}")


def run(step: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BASH, STEPS / step],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"} | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def without_packages(folder: Path) -> Path:
    """Make an interpreter whose private environments have both layouts and install nothing; returns its folder."""
    empty = 'mkdir -p "$5/bin" "$5/Scripts"; for each in bin/python Scripts/python.exe; do'
    empty += ' printf \'#!/bin/sh\\n\' >"$5/$each"; chmod +x "$5/$each"; done'
    real = shlex.quote(sys.executable)
    made = f'case $3 in pip) exit 0 ;; venv) {empty} ;; *) exec {real} "$@" ;; esac'
    return program(folder / "interpreter" / "python3", made).parent


def set_up(temporary: str, folder: Path, **environ: str) -> dict[str, str]:
    """Run set-up and environment with an interpreter that installs nothing; return their outputs."""
    given = {
        "RUNNER_TEMP": temporary,
        "GITHUB_OUTPUT": str(folder / "output"),
        "BENCHVERDICT_INPUT_NAME": "benchmarks",
        "BENCHVERDICT_INPUT_SHARD": "",
        "BENCHVERDICT_INPUT_RUNNER": "",
        "BENCHVERDICT_INPUT_RUNTIME": "python",
        "BENCHVERDICT_INPUT_STAGE": "all",
        "RUNNER_OS": "Linux",
    }
    path = os.pathsep.join((str(without_packages(folder)), os.environ["PATH"]))
    done = run("setup.sh", given | environ | {"PATH": path})
    assert done.returncode == 0, done.stderr
    found = outputs(folder)
    named = {"BENCHVERDICT_WORK": found["work"], "BENCHVERDICT_PACKAGES": found["packages"]}
    done = run("environment.sh", given | environ | named | {"PATH": path})
    assert done.returncode == 0, done.stderr
    return outputs(folder)


def outputs(folder: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (folder / "output").read_text(encoding="utf-8").splitlines())


def test_the_backslashes_of_windows_become_what_bash_and_python_both_take(tmp_path: Path) -> None:
    found = set_up(str(tmp_path).replace("/", "\\"), tmp_path, RUNNER_OS="Windows")
    assert found["work"] == f"{tmp_path}/benchverdict/benchmarks"
    assert re.fullmatch(
        rf"{re.escape(str(tmp_path))}/benchverdict/\.environment\.\w+/Scripts/python\.exe", found["python"]
    )


@pytest.mark.parametrize("system", ["Linux", "macOS"])
def test_elsewhere_the_interpreter_is_in_bin(tmp_path: Path, system: str) -> None:
    assert re.search(r"/\.environment\.\w+/bin/python$", set_up(str(tmp_path), tmp_path, RUNNER_OS=system)["python"])


def test_a_temporary_folder_of_any_name_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / ODD
    folder.mkdir()
    found = set_up(str(folder), folder)
    assert found["work"] == f"{folder}/benchverdict/benchmarks"
    assert (folder / "benchverdict" / "benchmarks" / "exit").is_dir()


@pytest.mark.parametrize(
    ("server", "uploads"),
    [
        ("", "true"),
        ("https://github.com", "true"),
        ("https://octo.ghe.com", "true"),
        ("https://github.example.com", "false"),
        ("https://github.com.example.com", "false"),
        ("http://localhost:3000", "false"),
    ],
)
def test_an_enterprise_server_gets_no_upload_that_fails_the_job(tmp_path: Path, server: str, uploads: str) -> None:
    assert set_up(str(tmp_path), tmp_path, GITHUB_SERVER_URL=server)["uploads"] == uploads


def work_in(folder: Path, **environ: str) -> dict[str, str]:
    work = folder / "work"
    (work / "exit").mkdir(parents=True)
    (work / "messages").mkdir()
    (work / "measure").mkdir()
    (work / "measure" / "measure.json").write_text("{}")
    return {
        "BENCHVERDICT_WORK": str(work),
        "GITHUB_WORKSPACE": str(folder),
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_OUTPUT": str(folder / "output"),
        **environ,
    }


@pytest.mark.parametrize("step", ["collect", "publish"])
def test_a_work_folder_of_any_name_reaches_python_whole(tmp_path: Path, step: str) -> None:
    folder = tmp_path / ODD
    environ = work_in(folder)
    python = noting(folder / "python", folder / "notes")
    done = run(
        f"{step}.sh",
        environ
        | {"BENCHVERDICT_RUNTIME": "python", "BENCHVERDICT_PYTHON": str(python), "BENCHVERDICT_INPUT_STAGE": "all"},
    )
    assert done.returncode == 0, done.stderr
    arguments = (folder / "notes").read_text(encoding="utf-8").splitlines()
    compiled = f"pycache_prefix={folder.parent}/compiled"
    assert arguments == ["-I", "-X", compiled, "-m", "entrypoint", step, "--work", environ["BENCHVERDICT_WORK"], "ca="]
    assert (folder / "work" / "exit" / step).read_text() == "0\n"


REPORT_INPUTS = ("FORMAT", "MODE", "CONFIG", "COMPARE", "FAIL_ON")


def test_inputs_of_any_content_reach_the_reporter_whole(tmp_path: Path) -> None:
    folder = tmp_path / ODD
    python = noting(folder / "python", folder / "notes")
    given = {f"BENCHVERDICT_INPUT_{name}": f"{ODD} {name} `id` $(id) \\" for name in REPORT_INPUTS}
    environ = work_in(folder, BENCHVERDICT_RUNTIME="python", BENCHVERDICT_PYTHON=str(python), **given)
    done = run("report.sh", environ)
    assert done.returncode == 0, done.stderr
    arguments = (folder / "notes").read_text(encoding="utf-8").splitlines()
    for name in REPORT_INPUTS:
        option = "--input-format" if name == "FORMAT" else f"--{name.lower().replace('_', '-')}"
        assert arguments[arguments.index(option) + 1] == given[f"BENCHVERDICT_INPUT_{name}"]


def contained(folder: Path, verb: str, **environ: str) -> list[str]:
    """Return the arguments that the engine is called with for a verb."""
    engine = noting(folder / "bin" / "docker", folder / "notes")
    known = work_in(folder, BENCHVERDICT_RUNTIME="docker", BENCHVERDICT_IMAGE="image", **environ)
    known["PATH"] = f"{engine.parent}:{os.environ['PATH']}"
    script = f'source "{STEPS}/runtime.sh"; isolated {verb} -m entrypoint'
    command = [BASH, "-euo", "pipefail", "-c", script]
    subprocess.run(command, env=known, check=True, timeout=60, capture_output=True)
    return (folder / "notes").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("verb", ["fetch", "report", "collect", "publish"])
def test_the_folders_of_a_container_are_mounted_whole(tmp_path: Path, verb: str) -> None:
    folder = tmp_path / ODD
    arguments = contained(folder, verb)
    mounted = [arguments[place + 1] for place, each in enumerate(arguments) if each == "--volume"]
    work = f"{folder}/work"
    assert f"{work}:{work}{':ro' if verb == 'report' else ''}" in mounted
    assert (f"{folder}:{folder}:ro" in mounted) is (verb in ("fetch", "report"))
    assert arguments[-7:-1] == ["image", "python", "-I", "-B", "-m", "entrypoint"]
    assert (arguments[arguments.index("--network") + 1] == "none") is (verb == "report")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("verb", ["fetch", "collect", "publish"])
def test_the_certificates_of_the_runner_go_into_the_container(tmp_path: Path, verb: str, variable: str) -> None:
    bundle = tmp_path / ODD / "house.pem"
    bundle.parent.mkdir()
    bundle.touch()
    arguments = contained(tmp_path / "job", verb, **{variable: str(bundle)})
    assert f"{bundle}:{bundle}:ro" in arguments
    assert "REQUESTS_CA_BUNDLE" in arguments
    assert arguments[-1] == f"ca={bundle}"


def test_a_bundle_that_is_not_there_is_not_mounted(tmp_path: Path) -> None:
    arguments = contained(tmp_path / "job", "publish", REQUESTS_CA_BUNDLE=str(tmp_path / "gone.pem"))
    assert "REQUESTS_CA_BUNDLE" not in arguments


@pytest.mark.parametrize("name", ["http_proxy", "HTTPS_PROXY", "no_proxy"])
def test_the_proxy_of_the_runner_goes_into_the_container_by_name(tmp_path: Path, name: str) -> None:
    """By its name: a proxy can have a password, and arguments can be seen."""
    address = "http://user:secret@proxy.example:3128"
    arguments = contained(tmp_path / "job", "publish", **{name: address})
    assert arguments[arguments.index(name) - 1] == "--env"
    assert address not in " ".join(arguments)
