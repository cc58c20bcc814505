from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from reporter.measure import fingerprint
from reporter.measure.fingerprint import cpu_quota, linux_cpu, linux_name

if TYPE_CHECKING:
    from pathlib import Path

ARM = "processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd0c\n"
INTEL = "processor\t: 0\nmodel name\t: Intel(R) Xeon(R)  CPU @ 2.20GHz\ncache size\t: 1024 KB\n\nprocessor\t: 1\n"


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        (INTEL, "Intel(R) Xeon(R) CPU @ 2.20GHz"),
        (ARM, "implementer 0x41 part 0xd0c"),
        ("", None),
        ("processor\t: 0\n", None),
    ],
)
def test_the_cpu_is_named(cpuinfo: str, name: str | None) -> None:
    assert linux_cpu(cpuinfo) == name


@pytest.mark.parametrize(
    ("os_release", "expected"),
    [
        ('PRETTY_NAME="Ubuntu 24.04.1 LTS"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n', "ubuntu 24"),
        ('ID="rhel"\nVERSION_ID="9.4"\n', "rhel 9"),
        ("ID=arch\n", "arch"),
        ("", None),
    ],
)
def test_the_system_is_a_distribution_with_its_major_version(os_release: str, expected: str | None) -> None:
    assert linux_name(os_release)[0] == expected


def written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_least_quota_of_all_levels_counts(tmp_path: Path) -> None:
    written(tmp_path / "jobs" / "cpu.max", "150000 100000\n")
    written(tmp_path / "jobs" / "mine" / "cpu.max", "max 100000\n")
    written(tmp_path / "cpu.max", "400000 100000\n")
    assert cpu_quota(tmp_path, "0::/jobs/mine\n") == 1.5
    assert cpu_quota(tmp_path / "none", "0::/\n") is None


def test_a_container_sees_its_own_group_as_the_root(tmp_path: Path) -> None:
    written(tmp_path / "cpu.max", "50000 100000\n")
    assert cpu_quota(tmp_path, "0::/docker/not-visible-in-here\n") == 0.5


def test_version_1_control_groups_are_read(tmp_path: Path) -> None:
    written(tmp_path / "cpu" / "job" / "cpu.cfs_quota_us", "200000\n")
    written(tmp_path / "cpu" / "job" / "cpu.cfs_period_us", "100000\n")
    written(tmp_path / "cpu" / "cpu.cfs_quota_us", "-1\n")
    written(tmp_path / "cpu" / "cpu.cfs_period_us", "100000\n")
    assert cpu_quota(tmp_path, "4:memory:/job\n2:cpu,cpuacct:/job\n") == 2.0
    assert cpu_quota(tmp_path, "2:cpu,cpuacct:/\nnonsense\n") is None


@pytest.mark.parametrize("name", ["python", "python3"])
def test_the_language_is_that_of_the_python_on_path(tmp_path: Path, name: str) -> None:
    program = tmp_path / name
    program.write_text("#!/bin/sh\necho PyPy 3.10.14\n")
    program.chmod(0o755)
    found = fingerprint.read({"PATH": str(tmp_path), "ImageOS": "ubuntu24", "ImageVersion": "20260101.1"})
    assert found.language == "PyPy 3.10"
    assert found.image == "ubuntu24"
    assert dict(found.details)["language_version"] == "PyPy 3.10.14"
    assert dict(found.details)["image_version"] == "20260101.1"


def test_without_a_usable_python_on_path_this_one_counts(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho Python 2.7.18 >&2\nexit 2\n")
    program.chmod(0o755)
    found = fingerprint.read({"PATH": str(tmp_path)})
    assert found.language == f"CPython {sys.version_info.major}.{sys.version_info.minor}"
    assert found.image is None


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no CPU affinity")
def test_cores_are_those_that_may_be_used() -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert fingerprint.read({"PATH": ""}).cores == 1
    finally:
        os.sched_setaffinity(0, allowed)
