from __future__ import annotations

import pytest

from reporter.measure import wording
from reporter.measure.plan import Plan
from reporter.measure.wording import displayed
from reporter.shared.next_step import Step


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("pytest --benchmark-json={output}", "pytest --benchmark-json={output}"),
        ("k6 run --token=abc123 x.js", "k6 run --token=*** x.js"),
        ("k6 run --token 'abc 123' x.js", "k6 run --token '***' x.js"),
        ("bench --api-key=xyz --verbose", "bench --api-key=*** --verbose"),
        ('DB_PASSWORD="a b" bench', 'DB_PASSWORD="***" bench'),
        ("export MY_SECRET=s3; bench", "export MY_SECRET=***; bench"),
        ("bench --token=$TOKEN", "bench --token=$TOKEN"),
        ("bench --token --verbose", "bench --token --verbose"),
        ("bench --tokenizer-threads 4 --max-tokens=9", "bench --tokenizer-threads 4 --max-tokens=9"),
        ("TOKEN_2=a;bench|tee x", "TOKEN_2=***;bench|tee x"),
        ("psql postgres://me:pw@localhost/db", "psql postgres://***@localhost/db"),
        ("curl -H 'Authorization: Bearer abc.def' http://h", "curl -H 'Authorization: Bearer ***' http://h"),
        ("git clone https://ghp_abcdefghijklmnopqrstuv1234@github.com/a/b", "git clone https://***@github.com/a/b"),
        ("echo ghp_abcdefghijklmnopqrstuv1234", "echo ***"),
        ("ssh user@host bench", "ssh user@host bench"),
    ],
)
def test_secrets_are_masked_and_nothing_else(script: str, shown: str) -> None:
    assert displayed(Plan(name="sample", script=script)) == shown


def test_an_argument_list_is_shown_as_one_would_type_it() -> None:
    plan = Plan(name="sample", command=("pytest", "-k", "a or b", "--benchmark-json={output}", "--password=x y"))
    assert displayed(plan) == "pytest -k 'a or b' --benchmark-json={output} '--password=***'"


@pytest.mark.parametrize(
    ("step", "heading"),
    [
        (
            Step(pairs=8, select=("bench.py::test_a",), why="so far +40 %"),
            "Measuring again: test_a, 8 pairs (so far +40 %)",
        ),
        (Step(pairs=1, select=tuple("abcde")), "Measuring again: a, b, c and 2 more, 1 pair"),
        (Step(confirm=True, why="so far +4 %"), "Measuring again: the head (so far +4 %)"),
        (Step(alone="both load one server"), "Measuring the head by itself: both load one server"),
    ],
)
def test_what_is_measured_again_and_why(step: Step, heading: str) -> None:
    assert wording.again(step) == heading
