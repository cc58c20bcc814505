"""GitHub's own OpenAPI description (npm ``@octokit/openapi``), held against every exchange of the server.

Checked are the parameters and body of the request, the status, and the body of the answer; in answers also that no
object has a property that GitHub does not describe, so that the server cannot invent one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Self

from jsonschema import Draft4Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.github_api.packages import OPENAPI

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.github_api.replies import Reply

ROOT = "urn:github"
_UNKNOWN = "GitHub describes no property"
UNLISTED = (400, 401, 403, 404, 429, 500, 502, 503)
"""Statuses that every operation may answer with and that the description leaves out of many: basic errors."""


class Description:
    """The description, ready to judge exchanges."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT202012.create_resource(document))

    @classmethod
    def load(cls) -> Self:
        return cls(json.loads(OPENAPI.file("generated/api.github.com.json").read_bytes()))

    def violations(self, method: str, template: str, *, query: dict[str, str], body: Any, reply: Reply) -> list[str]:
        """Return everything about one exchange that GitHub's description does not allow."""
        operation = self._document["paths"].get(template, {}).get(method.lower())
        if operation is None:
            return [f"{method} {template}: no such operation"]
        pointer = f"/paths/{_escape(template)}/{method.lower()}"
        found = [
            *self._query(operation, query),
            *self._body(operation, pointer, body),
            *self._reply(operation, pointer, reply),
        ]
        return [f"{method} {template} {reply.status}: {problem}" for problem in found]

    def _query(self, operation: dict[str, Any], query: dict[str, str]) -> Iterator[str]:
        parameters = [self._resolve(entry) for entry in operation["parameters"]] if "parameters" in operation else []
        known = {entry["name"]: entry["schema"] for entry in parameters if entry["in"] == "query"}
        for name, text in query.items():
            if name not in known:
                yield f"query parameter {name} is not described"
            else:
                yield from self._problems(known[name], _typed(text, known[name]), f"query {name}")

    def _body(self, operation: dict[str, Any], pointer: str, body: Any) -> Iterator[str]:
        if "requestBody" not in operation:
            if body is not None:
                yield "a body was sent to an operation without one"
        elif body is not None or operation["requestBody"].get("required"):
            schema = {"$ref": f"{ROOT}#{pointer}/requestBody/content/application~1json/schema"}
            yield from self._problems(schema, body, "body")

    def _reply(self, operation: dict[str, Any], pointer: str, reply: Reply) -> Iterator[str]:
        described = operation["responses"].get(str(reply.status))
        if described is None:
            if reply.status not in UNLISTED:
                yield "this status is not described"
            schema = f"{ROOT}#/components/schemas/basic-error"
        else:
            place = described.get("$ref", f"#{pointer}/responses/{reply.status}")
            content = self._resolve(described).get("content")
            if content is None:
                if reply.content is not None and reply.status < 400:
                    yield "an answer without content was described"
                return
            schema = f"{ROOT}{place}/content/{_escape(next(iter(content)))}/schema"
        yield from self._problems({"$ref": schema}, reply.content, "answer")

    def _problems(self, schema: dict[str, Any], value: Any, what: str) -> Iterator[str]:
        judge = _Judge(schema, registry=self._registry, format_checker=_FORMATS)
        for problem in judge.iter_errors(value):
            yield f"{what} {problem.json_path}: {problem.message[:300]}"

    def _resolve(self, entry: dict[str, Any]) -> dict[str, Any]:
        found = entry
        if "$ref" in entry:
            for part in entry["$ref"].removeprefix("#/").split("/"):
                found = found[part] if found is not entry else self._document[part]
        return found


def _escape(text: str) -> str:
    """Write a key as a part of a JSON pointer in an address."""
    return text.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _typed(text: str, schema: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


def _nullable(keyword: Any) -> Any:
    """Let a keyword of OpenAPI 3.0 pass null where the schema says ``nullable``."""

    def check(judge: Any, value: Any, instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
        if instance is not None or not schema.get("nullable"):
            yield from keyword(judge, value, instance, schema) or ()

    return check


def _properties(judge: Any, value: Any, instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    yield from Draft4Validator.VALIDATORS["properties"](judge, value, instance, schema) or ()
    if isinstance(instance, dict) and not {"allOf", "anyOf", "oneOf", "additionalProperties"} & schema.keys():
        for name in instance.keys() - value.keys():
            yield ValidationError(f"{_UNKNOWN} {name!r} here")


def _all_of(judge: Any, value: Any, instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    """Hold every part; a property that one of them describes may be unknown to the others."""
    parts = [list(judge.descend(instance, part, schema_path=index)) for index, part in enumerate(value)]
    own = [{problem.message for problem in part if not problem.path} for part in parts]
    for problem in (problem for part in parts for problem in part):
        is_unknown = problem.message.startswith(_UNKNOWN) and not problem.path
        if not is_unknown or all(problem.message in messages for messages in own):
            yield problem


_extend: Any = validators.extend  # it has no annotations
_Judge: Any = _extend(
    Draft4Validator,
    {
        "type": _nullable(Draft4Validator.VALIDATORS["type"]),
        "enum": _nullable(Draft4Validator.VALIDATORS["enum"]),
        "properties": _properties,
        "allOf": _all_of,
    },
)
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value)
    )


@_FORMATS.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", value))
