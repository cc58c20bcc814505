"""The configuration that decides about a report of another run, and answers of GitHub that do not hold one."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from entrypoint.api import Api
from entrypoint.failures import ApiError
from entrypoint.reviewed import content_of

FILE = {"type": "file", "encoding": "base64", "size": 9}


class Answering(Api):
    """An API whose server gives one answer."""

    def __init__(self, answer: Any) -> None:
        super().__init__(url="http://127.0.0.1", repository="octo/bench", token="none")
        self.answer = answer

    def _send(self, *_: Any) -> tuple[dict[str, Any], Any]:
        return {}, self.answer


@pytest.mark.parametrize("content", [b"", b"[gate]\n" * 100])
def test_the_content_of_a_file_is_read(content: bytes) -> None:
    answer = {**FILE, "content": base64.encodebytes(content).decode()}
    assert content_of("benchverdict.toml", Answering(answer), None) == content


@pytest.mark.parametrize(
    "answer",
    [
        {**FILE, "encoding": "none", "content": ""},
        {"type": "submodule", "size": 0},
        {**FILE, "content": 5},
        {**FILE, "content": None},
        {**FILE, "content": "?!?!"},
        {**FILE, "content": "W2dhdGVd?"},
        {**FILE, "content": "\u00e9\u00e9"},
        {},
        [{"type": "dir", "name": "benchverdict.toml"}],
        [],
        None,
        "text",
    ],
)
def test_an_answer_without_content_in_base64_is_refused(answer: Any) -> None:
    with pytest.raises(ApiError, match=r"benchverdict\.toml"):
        content_of("benchverdict.toml", Answering(answer), None)
