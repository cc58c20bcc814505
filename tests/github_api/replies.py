"""A request as the handlers see it, and the answers GitHub gives to all kinds of requests: pages and errors."""

from __future__ import annotations

import math
import urllib.parse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.github_api.shapes import Shapes
    from tests.github_api.world import Token, World

DOCUMENTATION = "https://docs.github.com/rest"


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request that matched a route. ``query`` has the last value of every parameter."""

    world: World
    shapes: Shapes
    token: Token
    path: str
    values: dict[str, str]
    query: dict[str, str]
    body: Any

    def number(self, name: str) -> int:
        return int(self.values[name])


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer. ``content`` is JSON unless it is bytes; ``None`` is an empty body. ``cut`` ends it too early."""

    status: int = 200
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def error(status: int, message: str) -> Reply:
    """Answer as GitHub does with an error: the status is repeated as text in the body."""
    body = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
    return Reply(status=status, content=body)


def invalid(message: str, resource: str = "IssueComment") -> Reply:
    """Answer as to a body that makes no sense."""
    problem = {"resource": resource, "code": "unprocessable", "field": "data", "message": message}
    content = {"message": "Validation Failed", "documentation_url": DOCUMENTATION, "errors": [problem]}
    return Reply(status=422, content=content)


def not_found() -> Reply:
    return error(404, "Not Found")


def refused(token: Token | None = None) -> Reply:
    """Answer as to a token that lacks the permission (never 401: the token itself is good)."""
    kind = "personal access token" if token and token.kind == "user" else "integration"
    return error(403, f"Resource not accessible by {kind}")


def paged(call: Call, things: Sequence[Any], shape: Callable[[Any], Any], wrap: str | None = None) -> Reply:
    """Answer with one page (30 unless asked otherwise, 100 at most) and the Link header to the others."""
    size = min(int(call.query.get("per_page", 30)), 100)
    page = int(call.query.get("page", 1))
    last = max(1, math.ceil(len(things) / size))
    items = [shape(thing) for thing in things[(page - 1) * size : page * size]]
    numbers: dict[str, int] = {}
    if page > 1:
        numbers |= {"prev": page - 1, "first": 1}
    if page < last:
        numbers |= {"next": page + 1, "last": last}
    links = [f'<{_page_address(call, number)}>; rel="{name}"' for name, number in numbers.items()]
    headers = {"Link": ", ".join(links)} if links else {}
    return Reply(content={"total_count": len(things), wrap: items} if wrap else items, headers=headers)


def _page_address(call: Call, page: int) -> str:
    query = urllib.parse.urlencode(call.query | {"page": str(page)})
    return f"{call.shapes.api}{call.path}?{query}"
