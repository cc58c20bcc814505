"""The same to a webhook of the user's own: plain JSON, or what Slack and Microsoft Teams show.

Its address and secret come from the environment alone, and no message of ours repeats either. The body is signed as
GitHub signs its webhooks: HMAC-SHA256 over its bytes. Nothing is sent anywhere but to that address, over https.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.parse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from entrypoint.api import PASSING
from entrypoint.failures import ApiError
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from entrypoint.failures import Patience

URL, SECRET, FORMAT = "BENCHVERDICT_WEBHOOK_URL", "BENCHVERDICT_WEBHOOK_SECRET", "BENCHVERDICT_WEBHOOK_FORMAT"
SIGNATURE, EVENT, DELIVERY = "X-Benchverdict-Signature-256", "X-Benchverdict-Event", "X-Benchverdict-Delivery"
Format = Literal["json", "slack", "teams"]
Event = Literal["opened", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where messages go. Neither address nor secret is ever shown."""

    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    format: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A message: an ``event`` of a cause, by a ``delivery`` that is the same when it is sent again.

    ``lines`` say it in words, one a line; ``content`` is the whole of it.
    """

    event: Event
    delivery: str
    lines: tuple[str, ...]
    page: str
    content: Mapping[str, Any]


def read(environ: Mapping[str, str]) -> Webhook | None:
    """Return the webhook that the environment names; ``None`` where it names none.

    Raises:
        UsageError: the address is no https address, or the format is unknown. Neither is repeated.
    """
    url = environ.get(URL, "").strip()
    if not url:
        return None
    if not _is_address(url):
        raise UsageError("webhook-address", f"{URL} is no https address", cure="set it to the address of the webhook")
    wanted = environ.get(FORMAT, "").strip().lower() or "json"
    for known in get_args(Format):
        if wanted == known:
            return Webhook(url=url, secret=environ.get(SECRET, "").strip().encode(), format=known)
    what = f"{FORMAT} is none of {', '.join(get_args(Format))}"
    raise UsageError("webhook-format", what, cure="correct it, or leave it out for json")


def _is_address(url: str) -> bool:
    """Return whether this is an https address without user and password; what is wrong with it is never shown."""
    try:
        parts = urllib.parse.urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and url.isprintable()


def send(webhook: Webhook, happening: Happening, patience: Patience) -> None:
    """Send one message, again after what passes.

    Raises:
        ApiError: it was not taken. The message names neither the address nor what it answered.
    """
    body = json.dumps(SHAPES[webhook.format](happening), ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json", EVENT: happening.event, DELIVERY: happening.delivery}
    if webhook.secret:
        headers[SIGNATURE] = signature(webhook.secret, body)
    for attempt in range(patience.repeats + 1):
        try:
            _post(webhook.url, body, headers, patience.timeout)
        except ApiError as problem:
            pause = patience.pause_after(problem, attempt)
            if pause is None:
                raise
            patience.sleep(pause)
        else:
            return


def signature(secret: bytes, body: bytes) -> str:
    """Return the value of the header that proves who sent a body."""
    return f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"


def _post(url: str, body: bytes, headers: Mapping[str, str], timeout: int) -> None:
    import requests

    try:
        with (
            requests.Session() as session,
            session.post(
                url,
                data=body,
                headers=dict(headers),
                timeout=timeout,
                allow_redirects=False,
                stream=True,
                auth=lambda request: request,
            ) as answer,
        ):
            status = answer.status_code
    except requests.RequestException as problem:
        raise ApiError(None, f"the webhook did not answer ({type(problem).__name__})", passing=True) from None
    if status in range(300, 400):
        raise ApiError(None, f"the webhook redirects elsewhere (HTTP {status}), and no redirect is followed")
    if status >= 400:
        raise ApiError(None, f"the webhook answered with HTTP {status}", passing=status in (429, *PASSING))


def _json(happening: Happening) -> dict[str, Any]:
    return {"schema": "watch-event/v1", "event": happening.event, "delivery": happening.delivery, **happening.content}


def _slack(happening: Happening) -> dict[str, Any]:
    """Return a message of plain text: Slack makes no link, mention or style of it."""
    text = "\n".join((*happening.lines, happening.page)).strip()
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    block = {"type": "section", "text": {"type": "plain_text", "text": text[:3000], "emoji": False}}
    return {"text": escaped, "blocks": [block], "unfurl_links": False, "unfurl_media": False}


def _teams(happening: Happening) -> dict[str, Any]:
    """Return an adaptive card; its runs of text know no Markdown."""
    runs = [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]} for line in happening.lines]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": runs,
        "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": happening.page}] if happening.page else [],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


SHAPES: dict[Format, Callable[[Happening], dict[str, Any]]] = {"json": _json, "slack": _slack, "teams": _teams}
"""What each format sends."""
