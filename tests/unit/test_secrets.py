"""What is a secret and what is not: one table for commands, logs and result files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter.ingest import Reading, read_file
from reporter.masking import without_secrets
from reporter.model import Metric
from reporter.shared.masking import is_hinted, masked, masked_argument, masked_json
from tests.recorded import all_recorded
from tests.reports import mixed

if TYPE_CHECKING:
    from pathlib import Path

MASKED = {
    "GET https://ann:pw@host/a": "GET https://***@host/a",
    "https://ann:p@ss@host/a": "https://***@host/a",
    "/a?page=2&access_token=abc&x=1": "/a?page=2&access_token=***&x=1",
    "/a?api-key=abc": "/a?api-key=***",
    "curl -H 'Authorization: Bearer abc.def' http://host": "curl -H 'Authorization: Bearer ***' http://host",
    'curl -H "X-Api-Key: abc def"': 'curl -H "X-Api-Key: ***"',
    "tool --password hunter2 run": "tool --password *** run",
    "tool --password=hunter2": "tool --password=***",
    "env DB_PASSWORD=hunter2 tool": "env DB_PASSWORD=*** tool",
    "URL='/a?token=abc' tool": "URL='/a?token=***' tool",
    "tool --PWD hunter2 --sid 5": "tool --PWD *** --sid ***",
    "GET /a?sig=abc&Session_ID=5&sid=6": "GET /a?sig=***&Session_ID=***&sid=***",
    "curl -b 'Cookie: a=b'": "curl -b 'Cookie: ***'",
    "GET /maps?key=AIzaSy0123456789abcdef&q=a": "GET /maps?key=***&q=a",
    "curl -s -u ann:hunter2 http://host": "curl -s -u ann:*** http://host",
    "curl --user='ann:hunter2' http://host": "curl --user='ann:***' http://host",
    'X="--token=abc" tool': 'X="--token=***" tool',
    "token='cut off in the middle": "token='***",
    '{"accessToken": "abc", "n": 1}': '{"accessToken": "***", "n": 1}',
    "push ghp_0123456789abcdefghij0123": "push ***",
}
SHAPES = (
    "ghp_" + "x" * 30,
    "github_pat_" + "x" * 30,
    "glpat-" + "x" * 20,
    "gldt-" + "x" * 20,
    "xoxb-1234567890-abc",
    "AKIA0123456789ABCDEF",
    "npm_" + "x" * 36,
    "hf_" + "x" * 34,
    "sk_live_" + "x" * 24,
    "AIza" + "x" * 35,
    "sk-proj-" + "aB3" * 8,
    "pypi-" + "x" * 60,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLTEyMw",
)
PLAIN = (
    "test_token[n=5]",
    "GET http://host:80/a@b",
    "tests/a.py::test_x[a=1]",
    "user@host",
    "BenchmarkToken-8",
    "GET /sort?key=price",
    "curl -u ann http://host",
    "test_encode[tokenizer=bert-max_tokens=512]",
    "TOKENIZER=bert tool --max-tokens 5",
    "sk-learn-random-forest-with-many-trees",
    "global-illumination-of-a-large-scene-1",
    "test_tokenize took 3 ms; the token ring is fine",
    "tool --token $TOKEN",
)


@pytest.mark.parametrize("text", MASKED)
def test_credentials_are_masked(text: str) -> None:
    assert masked(text) == MASKED[text]


@pytest.mark.parametrize("secret", SHAPES)
def test_shapes_are_known(secret: str) -> None:
    assert masked(f"test[{secret}]") == "test[***]"


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("text", [*MASKED, *SHAPES])
def test_masking_twice_masks_the_same_and_every_secret_is_hinted_at(text: str) -> None:
    assert masked(masked(text)) == masked(text)
    assert is_hinted(text)


def test_an_argument_that_names_a_secret_is_masked_to_its_end() -> None:
    assert masked_argument("--token=a b c") == "--token=***"
    assert masked_argument("--tokenizer=a b c") == "--tokenizer=a b c"


def test_json_is_masked_in_names_and_values() -> None:
    secret = SHAPES[0]
    assert masked_json({secret: [secret, {"password": "x", "n": 5, "of": None}]}) == {
        "***": ["***", {"password": "***", "n": 5, "of": None}]
    }


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


def test_sentences_that_speak_of_a_secret_are_no_parameters() -> None:
    report = replace(mixed(), gate=replace(mixed().gate, reasons=("the token has expired", "and another")))
    assert without_secrets(report) is report


@pytest.mark.parametrize("path", all_recorded(), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_no_secret_of_a_recorded_file_is_kept(path: Path) -> None:
    assert "not-a-real" not in repr(read_file(path))
