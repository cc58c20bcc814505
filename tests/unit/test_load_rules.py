"""Workers and a network of a mode: what the configuration and the plan accept, and what tc and the kernel are asked."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from reporter.config import reading
from reporter.measure.interrupt import Interrupt
from reporter.measure.load.driving import Load, LoadPlace
from reporter.measure.load.network import NotAppliedError, conditions, namespaces
from reporter.measure.load.workers import QUIT_SECONDS, Connections
from reporter.measure.plan import Plan
from reporter.shared.errors import UsageError
from reporter.shared.model import LoadRule, NetworkRule, ServiceRule

if TYPE_CHECKING:
    from pathlib import Path

LOCUST = 'LOAD="${LOAD:-low}" locust -f file.py --headless --csv {output}'
SERVICE = ServiceRule(command="serve", ready_url="/")


def load_of(text: str, folder: Path) -> LoadRule | None:
    path = folder / "benchverdict.toml"
    path.write_text(f"[modes.load]\ncommand = 'locust'\n{text}")
    return reading.load(path, folder).in_mode("load").load


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", None),
        ("workers = 4", LoadRule(workers=4)),
        ("locust-master = '0.0.0.0:5557'", LoadRule(workers=1, master="0.0.0.0:5557")),
        ("workers = 2\nlocust-master = '[::]:5557'", LoadRule(workers=2, master="[::]:5557")),
        ("network = {}", LoadRule(network=NetworkRule())),
        (
            "[modes.load.network]\nlatency = '40 ms'\njitter = '4 ms'\nloss = '1 %'\nrate = '10 Mbit/s'",
            LoadRule(network=NetworkRule(latency_seconds=0.04, jitter_seconds=0.004, loss=0.01, rate=1e7)),
        ),
    ],
)
def test_a_mode_says_who_makes_its_load(tmp_path: Path, text: str, rule: LoadRule | None) -> None:
    assert load_of(text, tmp_path) == rule


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("workers = 0", "whole number from 1"),
        ("locust-master = '5557'", "not host:port"),
        ("locust-master = 'here:70000'", "not host:port"),
        ("[modes.load.network]\njitter = '4 ms'", "jitter needs a latency"),
        ("[modes.load.network]\nloss = '120 %'", "not a share"),
        ("[modes.load.network]\nrate = '10 MB'", "not a rate"),
        ("[modes.load.network]\nrate = 'x Mbit/s'", "rate"),
        ("[modes.load.network]\nlatancy = '1 ms'", "did you mean 'latency'"),
        ("locust-master = 'here:1'\nnetwork = {}", "does not reach workers elsewhere"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(UsageError) as error:
        load_of(text, tmp_path)
    assert part in str(error.value)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("k6 run load.js --out json={output}", "load-not-locust"),
        ("pytest suite\nlocust --headless --csv {output}", "load-not-locust"),
        ("locust --headless --csv results", "load-not-locust"),
        (LOCUST, None),
        ("uv run python -m locust --headless --csv {output}", None),
    ],
)
def test_workers_are_of_a_command_that_is_locust_alone(command: str, code: str | None) -> None:
    found = None
    try:
        Plan(name="sample", script=command, load=LoadRule(workers=2))
    except UsageError as error:
        found = error.code
    assert found == code


def test_a_network_lies_before_a_service() -> None:
    load = LoadRule(network=NetworkRule(latency_seconds=0.04))
    Plan(name="sample", script=LOCUST, load=load, service=SERVICE)
    with pytest.raises(UsageError, match="before its service"):
        Plan(name="sample", script=LOCUST, load=load)


@pytest.mark.parametrize("changes", [{"workers": -1}, {"workers": True}, {"master": "x"}, {"master": 3}])
def test_a_plan_of_strangers_is_held_against_what_is_wanted(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Plan(name="sample", script=LOCUST, load=LoadRule(**changes))


def test_each_way_has_half_of_the_latency_and_all_of_the_rest() -> None:
    rule = NetworkRule(latency_seconds=0.04, jitter_seconds=0.01, loss=0.005, rate=1e7)
    expected = ["netem", "delay", "20000us", "5000us", "loss", "0.5%", "rate", "10000000bit"]
    assert conditions(rule) == expected
    assert conditions(NetworkRule(loss=0.0)) == []


def test_without_the_rights_the_run_goes_on_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    place = LoadPlace("run 1 of 1", tmp_path, tmp_path, Interrupt())
    with Load(LoadRule(network=NetworkRule(latency_seconds=0.04)), place) as load:
        assert (load.host, load.inside(["locust"])) == ("127.0.0.1", ["locust"])
    assert [notice.code for notice in load.notices] == ["network-not-applied"]
    assert "rights of root" in load.notices[0].text


@pytest.mark.parametrize("missing", ["tc", "nsenter"])
def test_a_program_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == missing else name)
    with pytest.raises(NotAppliedError, match=missing), namespaces(NetworkRule(), 1):
        pass


def watched(counts: list[int | None], over: float) -> str | None:
    moments = iter(counts)
    connections = Connections(5557, lambda _: next(moments))
    for second in range(len(counts)):
        connections.look(float(second))
        connections.look(second + 0.5)
    return connections.lost(over, wanted=3)


@pytest.mark.parametrize(
    ("counts", "gone"),
    [
        ([0, 1, 3, 3, 3, 3, 3, 3], None),
        ([0, 3, 3, 2, 2, 2, 2, 2], "1 of 3"),
        ([0, 3, 3, 3, 3, 3, 0, 0], None),
        ([0, 3, 1, 3, 3, 3, 3, 3], None),
        ([0, 2, 2, 1, 1, 1, 1, 1], None),
        ([None] * 8, None),
    ],
)
def test_workers_elsewhere_are_watched_by_their_connections(counts: list[int | None], gone: str | None) -> None:
    found = watched(counts, over=5 + QUIT_SECONDS)
    assert (found or "").startswith(gone or "")
    assert (found is None) == (gone is None)
