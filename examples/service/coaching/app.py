"""The HTTP and WebSocket side of the service."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Query, Request, WebSocket
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from coaching import analysis, model
from coaching.cache import Cache
from coaching.capacity import Capacity
from coaching.database import Database
from coaching.rooms import Rooms
from coaching.settings import from_environment
from coaching.tracing import Traced

settings = from_environment()
database = Database(settings.database_url, settings.pool_size)
cache = Cache(settings.redis_url, enabled=settings.cache)
rooms = Rooms()

Dimension = Literal["questions", "listening", "clarity", "discovery"]
ALL: list[Dimension] = list(analysis.DIMENSIONS)  # type: ignore[arg-type]  # the same names as above


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    database.open()
    async with model.running() as app.state.model_port:
        yield
    database.close()
    cache.close()


app = FastAPI(title="Coaching", lifespan=lifespan)
app.add_middleware(Traced)
if settings.capacity:
    app.add_middleware(Capacity, per_second=settings.capacity, refuses=settings.overload == "errors")


class Spoken(BaseModel):
    transcript: str
    dimensions: list[Dimension] = ALL


class Question(BaseModel):
    prompt: str


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/ready")
def ready() -> dict[str, str]:
    database.one("SELECT 1 AS answer")
    cache.redis.ping()
    return {"status": "ready"}


@app.get("/stats")
def stats() -> dict[str, Any]:
    """What a suite wants to know of the server: its memory in bytes, its cache, its pool of connections."""
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return {
        "memory": resident,
        "cache": {"hits": cache.hits, "misses": cache.misses},
        "queries": database.queries,
        "pool": database.pool.get_stats(),
    }


@app.get("/calls/{number}")
def call(number: int) -> dict[str, Any]:
    return _found(database.call(number))


@app.get("/calls/{number}/analysis")
def call_analysis(number: int, dimensions: Annotated[list[Dimension], Query()] = ALL, fresh: bool = False) -> Any:
    def fetch() -> dict[str, float]:
        return analysis.analyse(call(number)["transcript"], dimensions)

    return fetch() if fresh else cache.get_or_fetch(f"analysis:{number}:{','.join(sorted(dimensions))}", fetch)


@app.post("/analysis")
def transcript_analysis(spoken: Spoken) -> dict[str, float]:
    return analysis.analyse(spoken.transcript, spoken.dimensions)


@app.get("/insights")
def insights(days: int = 30, team: str | None = None) -> Any:
    return cache.get_or_fetch(f"insights:{days}:{team}", lambda: database.insights(days, team))


@app.get("/search")
def search(
    text: str | None = None,
    product: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    sort: Literal["newest", "longest", "best"] = "newest",
    page: Annotated[int, Query(ge=1)] = 1,
) -> list[dict[str, Any]]:
    return database.search(text, product=product, since=since, until=until, sort=sort, page=page)


@app.get("/opportunities/{number}")
def opportunity(number: int) -> dict[str, Any]:
    return _found(database.opportunity(number))


@app.get("/dashboard")
def dashboard(reps: Annotated[list[int], Query()]) -> list[dict[str, Any]]:
    return database.dashboard(reps)


@app.post("/uploads", status_code=201)
async def upload(request: Request) -> dict[str, Any]:
    who = request.headers.get("x-client") or (request.client.host if request.client else "")
    digest, size = hashlib.sha256(), 0
    if not await run_in_threadpool(cache.allow, who, settings.uploads_per_second):
        raise HTTPException(429, "too many uploads", headers={"Retry-After": "1"})
    async for chunk in request.stream():
        digest.update(chunk)
        size += len(chunk)
    await run_in_threadpool(database.add_upload, digest.hexdigest(), size)
    return {"digest": digest.hexdigest(), "size": size}


@app.post("/assistant")
async def assistant(question: Question, request: Request) -> StreamingResponse:
    words = model.ask(request.app.state.model_port, question.prompt)
    return StreamingResponse((f"data: {word}\n\n" async for word in words), media_type="text/event-stream")


@app.websocket("/rooms/{name}")
async def room(websocket: WebSocket, name: str) -> None:
    await rooms.join(name, websocket)


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise HTTPException(404, "there is none of this number")
    return row
