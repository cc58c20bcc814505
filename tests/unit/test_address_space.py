"""Processes are placed at the same addresses inside the block alone, and where the system refuses nothing happens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reporter.measure import address_space

RANDOM = Path("/proc/sys/kernel/randomize_va_space")
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="addresses can be fixed on Linux alone")


def _stack() -> str:
    """Return where a new process has its stack."""
    lines = subprocess.run(["cat", "/proc/self/maps"], capture_output=True, text=True, check=True).stdout.splitlines()
    return next(line.split()[0] for line in lines if line.endswith("[stack]"))


@on_linux
def test_processes_have_the_same_addresses_inside_and_others_outside() -> None:
    if RANDOM.read_text().strip() == "0":
        pytest.skip("this machine places no process at random addresses: sysctl kernel.randomize_va_space=2")
    with address_space.fixed(wanted=True) as is_fixed:
        inside = {_stack() for _ in range(3)}
    outside = {_stack() for _ in range(3)}
    assert len(outside) == 3
    assert len(inside) == (1 if is_fixed else 3)


@on_linux
def test_the_personality_is_as_before_afterwards() -> None:
    personality = address_space._personality()
    assert personality is not None
    before = personality(0xFFFFFFFF)
    with pytest.raises(KeyError), address_space.fixed(wanted=True):
        raise KeyError
    assert personality(0xFFFFFFFF) == before


def test_nothing_is_changed_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_space, "_personality", lambda: pytest.fail("asked"))
    with address_space.fixed(wanted=False) as is_fixed:
        assert not is_fixed


@pytest.mark.parametrize("answers", [(-1,), (0, -1)], ids=["unknown", "refused"])
def test_a_system_that_refuses_is_left_alone(monkeypatch: pytest.MonkeyPatch, answers: tuple[int, ...]) -> None:
    """Engines of containers refuse: personality(2) is one of the calls that their default profile bounds."""
    asked: list[int] = []

    def personality(persona: int) -> int:
        asked.append(persona)
        return answers[len(asked) - 1]

    monkeypatch.setattr(address_space, "_personality", lambda: personality)
    with address_space.fixed(wanted=True) as is_fixed:
        assert not is_fixed
    assert len(asked) == len(answers)


def test_other_systems_have_no_personality(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with address_space.fixed(wanted=True) as is_fixed:
        assert not is_fixed
