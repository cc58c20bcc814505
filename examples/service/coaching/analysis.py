"""How good a call was, from its transcript: a score from 0 to 100 for each dimension."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

Lines = list[tuple[str, str]]


def _share(part: float, whole: float) -> float:
    return 100 * part / whole if whole else 0.0


def _questions(lines: Lines) -> float:
    asked = [text for speaker, text in lines if speaker == "rep"]
    return _share(sum(text.endswith("?") for text in asked), len(asked))


def _listening(lines: Lines) -> float:
    return _share(sum(len(text) for speaker, text in lines if speaker == "buyer"), sum(len(text) for _, text in lines))


def _clarity(lines: Lines) -> float:
    words = Counter(re.findall(r"[a-z]+", " ".join(text for _, text in lines)))
    return 100 - _share(sum(words[filler] for filler in ("really", "maybe", "basically")), words.total())


def _discovery(lines: Lines) -> float:
    text = " ".join(text for _, text in lines)
    topics = ("budget", "timeline", "decision", "problem", "competitor")
    return _share(sum(bool(re.search(rf"\b{topic}\b", text)) for topic in topics), len(topics))


DIMENSIONS: dict[str, Callable[[Lines], float]] = {
    "questions": _questions,
    "listening": _listening,
    "clarity": _clarity,
    "discovery": _discovery,
}


def analyse(transcript: str, dimensions: Iterable[str] = tuple(DIMENSIONS)) -> dict[str, float]:
    lines = [(speaker, text) for speaker, _, text in (line.partition(": ") for line in transcript.splitlines())]
    return {dimension: round(DIMENSIONS[dimension](lines), 1) for dimension in dimensions}
