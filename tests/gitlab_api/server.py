"""A GitLab of one project on loopback: users by token, one merge request, its notes in pages, commands in notes.

It answers as GitLab does where that matters here: 401 without a known token, 404 for what a token may not see, 403 for
another's note, pages of twenty unless asked otherwise with their headers, system notes among the others, a note of
nothing but a command that is carried out and not kept, and 400 for an empty one.
"""

from __future__ import annotations

import json
import re
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

PROJECT, IID = "278964", 12
GOOD, OTHER, READER = "glpat-0123456789TheTokenOfTheTests", "glpat-another", "glpat-reader"
_COMMAND = re.compile(r"^/([a-z_]+)", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MOST_PER_PAGE = 100


@dataclass(slots=True, kw_only=True)
class Note:
    id: int
    author: str
    body: str
    system: bool = False

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "body": self.body,
            "author": {"id": len(self.author), "username": self.author},
            "system": self.system,
            "noteable_type": "MergeRequest",
            "noteable_iid": IID,
        }


@dataclass(kw_only=True)
class World:
    """``sha`` is the head of the merge request. ``faults`` are statuses that the next requests get, 0 for an answer.

    The answer to the next request with the method ``lose`` is lost after it was carried out, and each with the method
    ``broken`` fails. ``executed`` are the
    commands that notes have given. ``redirect`` is where everything is redirected to.
    """

    sha: str
    users: dict[str, str] = field(default_factory=lambda: {GOOD: "project_278964_bot", OTHER: "ann", READER: "guest"})
    notes: list[Note] = field(default_factory=list)
    executed: list[str] = field(default_factory=list)
    faults: list[int] = field(default_factory=list)
    lose: str = ""
    broken: str = ""
    redirect: str = ""
    log: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def add(self, author: str, body: str, *, system: bool = False) -> Note:
        note = Note(id=1000 + len(self.notes) + len(self.log), author=author, body=body, system=system)
        self.notes.append(note)
        return note

    def writes(self) -> list[str]:
        return [method for method, _ in self.log if method != "GET"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def refused(status: int) -> Reply:
    words = {401: "401 Unauthorized", 403: "403 Forbidden", 404: "404 Not found"}
    return Reply(status=status, content={"message": words.get(status, f"{status} Internal Server Error")})


class GitLabApi:
    """The server, running from ``with`` to its end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(world))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def answer(world: World, method: str, address: str, content: dict[str, Any], token: str) -> Reply:
    """Answer one request of a user."""
    parts = urllib.parse.urlsplit(address)
    path, query = parts.path.removeprefix("/api/v4"), dict(urllib.parse.parse_qsl(parts.query))
    user = world.users.get(token)
    if user is None:
        return refused(401)
    if path == "/user":
        return Reply(status=200, content={"id": len(user), "username": user})
    home = f"/projects/{PROJECT}/merge_requests/{IID}"
    if path == home and method == "GET":
        return Reply(status=200, content={"id": 1, "iid": IID, "project_id": int(PROJECT), "sha": world.sha})
    found = re.fullmatch(rf"{home}/notes(?:/(\d+))?", path)
    if not found:
        return refused(404)
    if found[1] is None:
        return _page(world, query, address) if method == "GET" else _create(world, user, content)
    return _one(world, method, int(found[1]), user, content)


def _page(world: World, query: dict[str, str], address: str) -> Reply:
    size = min(int(query.get("per_page", 20)), MOST_PER_PAGE)
    number = int(query.get("page", 1))
    newest_first = query.get("sort", "desc") == "desc"
    notes = sorted(world.notes, key=lambda note: note.id, reverse=newest_first)
    shown = notes[(number - 1) * size : number * size]
    pages = -(-len(notes) // size) or 1
    headers = {"X-Page": str(number), "X-Per-Page": str(size), "X-Total": str(len(notes)), "X-Total-Pages": str(pages)}
    headers["X-Next-Page"] = str(number + 1) if number < pages else ""
    if number < pages:
        base = address.partition("?")[0]
        following = urllib.parse.urlencode(query | {"page": number + 1, "per_page": size})
        headers["Link"] = f'<{{origin}}{base}?{following}>; rel="next"'
    return Reply(status=200, content=[note.shown() for note in shown], headers=headers)


def _create(world: World, user: str, content: dict[str, Any]) -> Reply:
    if user == "guest":
        return refused(403)
    body = _carried_out(world, str(content.get("body", "")))
    if body is None:
        return Reply(status=202, content={"commands_changes": {}, "summary": ["Commands applied"]})
    if not body.strip():
        return Reply(status=400, content={"message": {"note": ["can't be blank"]}})
    return Reply(status=201, content=world.add(user, body).shown())


def _one(world: World, method: str, number: int, user: str, content: dict[str, Any]) -> Reply:
    note = next((each for each in world.notes if each.id == number), None)
    if note is None:
        return refused(404)
    if note.author != user or note.system:
        return refused(403)
    if method == "DELETE":
        world.notes.remove(note)
        return Reply(status=204)
    note.body = _carried_out(world, str(content.get("body", ""))) or ""
    return Reply(status=200, content=note.shown())


def _carried_out(world: World, body: str) -> str | None:
    """Carry out every line that is a command, outside of code; ``None`` where nothing else is left."""
    code = [found.span() for found in _FENCE.finditer(body)]
    found = [each for each in _COMMAND.finditer(body) if not any(low <= each.start() < high for low, high in code)]
    world.executed += [each[1] for each in found]
    kept = "\n".join(line for line in body.split("\n") if not _COMMAND.match(line)) if found else body
    return None if found and not kept.strip() else kept


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Keep quiet: tests read ``world.log``."""

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            world.log.append((self.command, self.path))
            world.headers.append(dict(self.headers.items()))
            if world.redirect:
                self.give(Reply(status=302, headers={"Location": world.redirect + self.path}))
                return
            fault = world.faults.pop(0) if world.faults else 500 * (world.broken == self.command)
            if fault:
                self.give(refused(fault))
                return
            token = self.headers.get("PRIVATE-TOKEN") or self.headers.get("Authorization", "").removeprefix("Bearer ")
            reply = answer(world, self.command, self.path, json.loads(content or b"{}"), token)
            if world.lose == self.command:
                world.lose, self.close_connection = "", True
            else:
                self.give(reply)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names of the base class

        def give(self, reply: Reply) -> None:
            content = b"" if reply.status == 204 else json.dumps(reply.content).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            origin = f"http://{self.headers.get('Host', '')}"
            for name, value in reply.headers.items():
                self.send_header(name, value.replace("{origin}", origin))
            self.end_headers()
            self.wfile.write(content)

    return Handler
