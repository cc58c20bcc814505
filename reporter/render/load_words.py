"""What people read of load tests: their course over time, and what failed in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render.words import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable

COURSE_TITLE = "Load over time"
COURSE_CAPTION = (
    "Every moment of a load test: users, requests per second, response times (the thick line is P50, the thin one P99) "
    "and the share that failed."
)
COURSE_BROKE = "The dashed line is where the level began that was too much."
COURSE_USERS, COURSE_RATE, COURSE_TIMES, COURSE_FAILED = "Users", "Requests", "Response time", "Failed"

FAILURES_TITLE = "Errors"
FAILURES_CAPTION = "What failed in the load tests, as far as their tools tell: the most frequent first, times in UTC."
STATUSES_CAPTION = "Answers per status code, as far as the tools tell them."
NO_ANSWER = "no answer"
RAISED = "raised by the load test itself"
_CLASSES = {"1": "informational", "2": "worked", "3": "redirected", "4": "refused", "5": "failed in the server"}


def course_title(number: int | None) -> str:
    """Name the chart of a load test; a ``number`` tells several apart."""
    return "Course of the load test" if number is None else f"Course of load test {number}"


def course_description(lasted: str, strips: list[tuple[str, str]], broke_after: str) -> str:
    """Return what the chart shows, for who cannot see it; ``strips`` are headings and what they reach."""
    reached = "; ".join(f"{heading.lower()} {note}" for heading, note in strips)
    broke = f" It broke after {broke_after}." if broke_after else ""
    return f"Over {lasted}: {reached}.{broke}"


def course_times(p50: str, p99: str) -> str:
    """Return what the two lines of response times reach."""
    return f"P50 up to {p50}, P99 up to {p99}"


def up_to(value: str) -> str:
    """Return what a line reaches."""
    return f"up to {value}"


def from_to(low: str, high: str) -> str:
    """Return between which values a line runs."""
    return low if low == high else f"{low} to {high}"


def trend_title(name: str) -> str:
    """Name the chart of a benchmark whose level changed."""
    return f"Timeline of {name}"


def trend_description(values: int, reach: str, story: str) -> str:
    """Return what the chart shows, for who cannot see it."""
    return f"{count_of(values, 'value')}, the head last and the oldest first, {reach}. New levels: {story}."


def status_word(code: str) -> str:
    """Return what a status code means; 0 stands for requests that nobody answered."""
    if code == "0":
        return NO_ANSWER
    return _CLASSES.get(code[0], "") if len(code) == 3 and code.isdecimal() else ""


def more_kinds(count: int) -> str:
    """Return how many kinds of failure are not listed."""
    return f"{count_of(count, 'more kind')} of failure, each less frequent."


def first_seen(moment: str) -> str:
    """Return when a kind of failure was first seen."""
    return f"first at {moment} UTC"


def errors_counted(count: int, kinds: int) -> str:
    """Return how much failed in how many ways: ``50 errors of 2 kinds``; empty for none."""
    return f"{count_of(count, 'error')} of {count_of(kinds, 'kind')}" if kinds else ""


def failures_text(errors: str, statuses: Iterable[str]) -> str:
    """Sum up what failed in one line: ``50 errors of 2 kinds; status 500 × 37``."""
    joined = ", ".join(statuses)
    return "; ".join(filter(None, (errors, f"status {joined}" if joined else "")))


def status_text(code: str, count: str) -> str:
    """Return a status code and how often it came."""
    return f"{code} × {count}"
