"""Which machines count as the same: what one side knows less of is no difference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporter.shared.model import Fingerprint
from tests.suites import MACHINE


@pytest.mark.parametrize(
    ("field", "one", "other", "agree"),
    [
        ("os", "Linux", "debian 12", True),
        ("os", "linux", "ubuntu 24", True),
        ("os", "debian", "debian 12", True),
        ("os", "Linux", "Linux debian 12", True),
        ("os", "Darwin", "macos 14", True),
        ("os", "Windows", "windows 11", True),
        ("os", None, "debian 12", True),
        ("os", "debian 11", "debian 12", False),
        ("os", "ubuntu 24", "debian 12", False),
        ("os", "Linux", "macos 14", False),
        ("os", "Windows", "debian 12", False),
        ("os", "debian 1", "debian 12", False),
        ("architecture", "amd64", "x86_64", True),
        ("architecture", "arm64", "aarch64", True),
        ("architecture", "x86_64", "aarch64", False),
        ("cores", 2, 4, False),
        ("cores", None, 4, True),
        ("cpu_model", "AMD EPYC", "AMD EPYC 7763", False),
        ("language", "CPython 3.1", "CPython 3.11", False),
        ("image", "ubuntu22", "ubuntu24", False),
    ],
)
def test_what_counts_as_another_machine(field: str, one: object, other: object, *, agree: bool) -> None:
    first, second = replace(MACHINE, **{field: one}), replace(MACHINE, **{field: other})  # type: ignore[arg-type] # by name
    assert (first.differences(second) == ()) is agree
    assert (second.differences(first) == ()) is agree


def test_a_difference_names_both_sides_as_they_were_given() -> None:
    one, other = Fingerprint(os="Linux", cores=2), Fingerprint(os="macos 14", cores=2)
    assert one.differences(other) == ("os: Linux, was macos 14",)
