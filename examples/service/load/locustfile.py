"""Three kinds of people on the service, and a load that rises in steps and falls again.

LOAD_LEVEL chooses how far it rises: quick, moderate, heavy or stress. LOAD_STEP_SECONDS holds every step for longer or
shorter than the level says. Without --headless, or with --tags, everything
of Locust's own works as always; on several machines too, with --master and --worker.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass

from locust import FastHttpUser, LoadTestShape, constant_pacing, constant_throughput, tag, task

SOUND = b"sound" * 2_000


@dataclass(frozen=True)
class Level:
    """From ``first`` to ``last`` users in ``steps`` steps of ``seconds`` each, down in two, and ``first`` for one."""

    first: int
    last: int
    steps: int
    seconds: int


LEVELS = {
    "quick": Level(first=10, last=100, steps=4, seconds=6),
    "moderate": Level(first=10, last=200, steps=10, seconds=15),
    "heavy": Level(first=10, last=500, steps=10, seconds=30),
    "stress": Level(first=10, last=1000, steps=12, seconds=60),
}
LEVEL = LEVELS[os.environ.get("LOAD_LEVEL") or "quick"]
STEP_SECONDS = int(os.environ.get("LOAD_STEP_SECONDS") or LEVEL.seconds)


class Staircase(LoadTestShape):
    """Holds every step for long enough to be judged; the last one shows whether the service has recovered."""

    def tick(self) -> tuple[int, float] | None:
        step, rest = divmod(self.get_run_time(), STEP_SECONDS)
        down = step - LEVEL.steps
        if down > 2:
            return None
        height = step / (LEVEL.steps - 1) if down < 0 else max(0.0, 1 - (down + rest / STEP_SECONDS) / 2)
        users = round(LEVEL.first + (LEVEL.last - LEVEL.first) * height)
        return users, 100.0


class Coach(FastHttpUser):
    """Looks at calls and dashboards, searches, now and then asks the assistant."""

    weight = 8
    wait_time = constant_pacing(1)

    @tag("read")
    @task(10)
    def call(self) -> None:
        self.client.get(f"/calls/{random.randint(1, 20_000)}", name="/calls/[id]")

    @tag("read")
    @task(10)
    def analysis(self) -> None:
        self.client.get(f"/calls/{random.randint(1, 200)}/analysis", name="/calls/[id]/analysis")

    @tag("read")
    @task(5)
    def search(self) -> None:
        word = random.choice(("budget", "timeline", "competitor"))
        self.client.get(f"/search?text={word}", name="/search")

    @tag("read")
    @task(3)
    def insights(self) -> None:
        self.client.get(f"/insights?days={random.choice((7, 30, 90))}", name="/insights")

    @tag("stream")
    @task(1)
    def assistant(self) -> None:
        self.client.post("/assistant", json={"prompt": "What next?"})


class Uploader(FastHttpUser):
    """Sends sound faster than it may. Being told so is no failure, and is counted apart."""

    weight = 1
    wait_time = constant_throughput(5)

    @tag("write", "limit")
    @task
    def upload(self) -> None:
        with self.client.post("/uploads", data=SOUND, catch_response=True) as answer:
            if answer.status_code == 429:
                answer.request_meta["name"] = "/uploads (429)"
                answer.success()


class Manager(FastHttpUser):
    """Opens the dashboard of everybody, again and again, which keeps the pool of connections busy."""

    weight = 1
    wait_time = constant_pacing(2)

    @tag("read", "pool")
    @task
    def dashboard(self) -> None:
        everybody = "&".join(f"reps={number}" for number in range(1, 51))
        self.client.get(f"/dashboard?{everybody}", name="/dashboard")
