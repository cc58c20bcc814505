from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporter.ingest import Reading, read_file
from reporter.ingest.secrets import masked, without_secrets
from reporter.model import Metric
from tests.recorded import all_recorded

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GET https://ann:pw@host/a", "GET https://***@host/a"),
        ("/a?page=2&access_token=abc&x=1", "/a?page=2&access_token=***&x=1"),
        ("/a?api-key=abc", "/a?api-key=***"),
        ("curl -H 'Authorization: Bearer abc.def' http://host", "curl -H 'Authorization: Bearer ***' http://host"),
        ('curl -H "X-Api-Key: abc def"', 'curl -H "X-Api-Key: ***"'),
        ("tool --password hunter2 run", "tool --password *** run"),
        ("env DB_PASSWORD=hunter2 tool", "env DB_PASSWORD=*** tool"),
        ("tool --PWD hunter2 --sid 5", "tool --PWD *** --sid ***"),
        ("GET /a?sig=abc&Session_ID=5&sid=6", "GET /a?sig=***&Session_ID=***&sid=***"),
        ("curl -b 'Cookie: a=b'", "curl -b 'Cookie: ***'"),
        ("AKIA0123456789ABCDEF", "***"),
        ("GET /maps?key=AIzaSy0123456789abcdef&q=a", "GET /maps?key=***&q=a"),
        ("curl -s -u ann:hunter2 http://host", "curl -s -u ann:*** http://host"),
        ("curl --user='ann:hunter2' http://host", "curl --user='ann:***' http://host"),
        ("push ghp_0123456789abcdefghij0123", "push ***"),
    ],
)
def test_credentials_are_masked(name: str, expected: str) -> None:
    assert masked(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "test_token[n=5]",
        "GET http://host:80/a@b",
        "tests/a.py::test_x[a=1]",
        "user@host",
        "BenchmarkToken-8",
        "GET /sort?key=price",
        "curl -u ann http://host",
    ],
)
def test_other_names_stay_as_they_are(name: str) -> None:
    assert masked(name) == name


def test_parameters_and_reasons_are_masked_too() -> None:
    reading = Reading(
        name="a",
        metric=Metric(name="time", unit="s", better="lower"),
        place="x",
        params=(("token", "abc"), ("n", "5")),
        error="failed at https://a:b@host",
    )
    other = Reading(name="b", metric=reading.metric, place="y")
    clean, kept = without_secrets((reading, other))
    assert kept is other
    assert clean.params == (("token", "***"), ("n", "5"))
    assert clean.error == "failed at https://***@host"


@pytest.mark.parametrize("path", all_recorded(), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_no_secret_of_a_recorded_file_is_kept(path: Path) -> None:
    assert "not-a-real" not in repr(read_file(path))
