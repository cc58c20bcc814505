"""Fresh data, the same every time: ``python -m coaching.seed`` drops what there was and fills the database anew."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import redis

from coaching.settings import Settings, from_environment

HERE = Path(__file__).parent
REPS, OPPORTUNITIES, CALLS = 50, 500, 20_000
PRODUCTS = ("atlas", "beacon", "comet", "delta")
TEAMS = ("north", "south", "east", "west")
STAGES = ("open", "proposal", "won", "lost")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""The day all data lead up to, so that "the last 7 days" hold the same calls in every run."""

WORDS = (
    "we you price budget contract discount question really maybe basically timeline decision team demo support "
    "integration security feature plan renewal value risk meeting next step agree understand problem solution cost "
    "month quarter customer product data report manager trial license onboarding training competitor concern"
).split()


def transcript(source: random.Random, words: int) -> str:
    """Make up what was said: sentences of two speakers, some of them questions."""
    spoken = source.choices(WORDS, k=words)
    sentences = (" ".join(spoken[start : start + 12]) for start in range(0, words, 12))
    return "\n".join(f"{source.choice(('rep', 'buyer'))}: {text}{source.choice('?..')}" for text in sentences)


def calls(number: int = CALLS, seed: int = 1) -> Iterator[tuple[object, ...]]:
    """Yield rows of the table ``calls`` without their ids."""
    source = random.Random(seed)
    texts = [transcript(source, 60) for _ in range(500)]
    for _ in range(number):
        yield (
            source.randint(1, REPS),
            source.randint(1, OPPORTUNITIES),
            source.choice(PRODUCTS),
            NOW - timedelta(seconds=source.randint(1, 365 * 86_400)),
            source.randint(60, 3_600),
            round(source.uniform(0, 100), 1),
            source.choice(texts),
        )


CALL_COLUMNS = "rep_id, opportunity_id, product, started_at, seconds, score, transcript"


def fill(connection: psycopg.Connection) -> None:
    source = random.Random(0)
    connection.execute((HERE / "schema.sql").read_bytes())
    with connection.cursor() as cursor:
        with cursor.copy("COPY reps FROM STDIN") as copy:
            for number in range(1, REPS + 1):
                copy.write_row((number, f"Rep {number}", TEAMS[number % len(TEAMS)]))
        with cursor.copy("COPY opportunities FROM STDIN") as copy:
            for number in range(1, OPPORTUNITIES + 1):
                product, stage = source.choice(PRODUCTS), source.choice(STAGES)
                copy.write_row((number, f"Opportunity {number}", product, source.randint(1, 500) * 1000, stage))
        with cursor.copy(f"COPY calls ({CALL_COLUMNS}) FROM STDIN") as copy:
            for row in calls():
                copy.write_row(row)
    connection.execute((HERE / "indexes.sql").read_bytes())


def reset(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        fill(connection)
    with redis.Redis.from_url(settings.redis_url) as cache:
        for key in cache.scan_iter("coaching:*"):
            cache.delete(key)


if __name__ == "__main__":
    reset(from_environment())
