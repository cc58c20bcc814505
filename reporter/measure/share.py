"""The part of a suite that one of several jobs measures, where the jobs have split it by themselves."""

from __future__ import annotations

from dataclasses import dataclass, fields

from reporter.measure.plan_values import Wanted, check, check_keys, is_count_from, is_patterns, is_text


@dataclass(frozen=True)
class Share:
    """Part ``number`` of ``count``. Of the benchmarks that are known, ``here`` are those of this part.

    What is in neither list goes by its name (``benchverdict_pairing``). All parts have the same ``digest``, if they
    were computed from the same baselines.
    """

    number: int
    count: int
    here: tuple[str, ...]
    elsewhere: tuple[str, ...]
    digest: str

    def __post_init__(self) -> None:
        check(self, _WANTED, "share.")


def share(content: object) -> Share:
    """Read the object ``share`` of a plan.

    Raises:
        UsageError: it is none, or a key or value is wrong.
    """
    known = {field.name for field in fields(Share)}
    return Share(**check_keys(content, known, known, "'share' of the plan"))


_WANTED: Wanted = {
    "number": (is_count_from(1), "a whole number, 1 or more"),
    "count": (is_count_from(1), "a whole number, 1 or more"),
    "here": (is_patterns, "a list of benchmarks"),
    "elsewhere": (is_patterns, "a list of benchmarks"),
    "digest": (is_text, "a text that is not empty"),
}
