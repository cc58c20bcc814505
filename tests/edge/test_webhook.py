"""The webhook gets what an issue is about: signed, over https, and to no other host; its address is never shown."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import subprocess
import threading
import traceback
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import jsonschema
import msgspec
import pytest
from msgspec import structs

from entrypoint import webhook
from entrypoint.failures import ApiError
from reporter.records.watch import Watch
from reporter.records.writing import to_json
from reporter.shared.errors import UsageError
from tests.edge.job import HASTE, TOKEN
from tests.edge.test_watch import watching
from tests.watches import cause, row, watch_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.records.watch import Cause
    from tests.github_api import GitHubApi

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "watch-event-v1.json").read_text(encoding="utf-8"))
SECRET = "0123456789the-secret-of-the-webhook"
PATH = "/services/T0000/B0000/an-address-that-is-a-secret"


@dataclass
class Receiver:
    """An https server on loopback that keeps what it gets, and answers with ``statuses`` in turn, then 200."""

    certificate: Path
    statuses: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server.server_address[1]}{PATH}"

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers.items()), body))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"{receiver.url}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    made = tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run(
        [*command, *names, "-keyout", str(made), "-out", str(tmp_path / "c")], check=True, capture_output=True
    )
    made.write_text(made.read_text() + (tmp_path / "c").read_text())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made))
    with Receiver(made) as running:
        yield running


@pytest.fixture(autouse=True)
def may_write(api: GitHubApi) -> None:
    api.world.tokens[TOKEN].permissions["issues"] = "write"


def environ(receiver: Receiver, kind: str = "json") -> dict[str, str]:
    return {webhook.URL: receiver.url, webhook.SECRET: SECRET, webhook.FORMAT: kind}


def test_opening_and_closing_are_told_once_and_signed(api: GitHubApi, tmp_path: Path, receiver: Receiver) -> None:
    for run, state in ((42, "confirmed"), (43, "confirmed"), (44, "recovered"), (45, "recovered")):
        job = watching(api, tmp_path, cause(state), run=run, environ=environ(receiver))  # type: ignore[arg-type]
        assert job.run("watch") == 0
        assert job.read("published.json")["notices"] == []
        assert not any(part in job.log for part in (SECRET, PATH, "127.0.0.1"))
    contents = []
    for headers, body in receiver.got:
        expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers["X-Benchverdict-Signature-256"] == f"sha256={expected}"
        contents.append(json.loads(body))
        assert [headers["X-Benchverdict-Event"], headers["X-Benchverdict-Delivery"]] == [
            contents[-1]["event"],
            contents[-1]["delivery"],
        ]
        jsonschema.validate(contents[-1], SCHEMA, cls=jsonschema.Draft202012Validator)
    assert [content["event"] for content in contents] == ["opened", "closed"]
    assert contents[0]["issue"] == "https://github.com/octo/bench/issues/8"
    assert [each["benchmark"] for each in contents[0]["cause"]["rows"]] == ["test_search"]


def test_every_opening_and_closing_is_a_delivery_of_its_own(api: GitHubApi, tmp_path: Path, receiver: Receiver) -> None:
    runs = ((42, "confirmed"), (43, "recovered"), (44, "confirmed"), (44, "confirmed"), (45, "recovered"))
    for run, state in runs:
        watching(api, tmp_path, cause(state), run=run, environ=environ(receiver)).run("watch")  # type: ignore[arg-type]
    told = [json.loads(body) for _, body in receiver.got]
    assert [each["event"] for each in told] == ["opened", "closed", "opened", "closed"]
    assert len({each["delivery"] for each in told}) == 4
    jsonschema.validate(told[-1], SCHEMA, cls=jsonschema.Draft202012Validator)


def test_an_issue_that_was_deleted_and_is_opened_again_is_a_delivery_of_its_own(
    api: GitHubApi, tmp_path: Path, receiver: Receiver
) -> None:
    for run in (42, 43):
        watching(api, tmp_path, cause("confirmed"), run=run, environ=environ(receiver)).run("watch")
        api.world.issues.clear()
    found = [json.loads(body) for _, body in receiver.got]
    assert [each["event"] for each in found] == ["opened", "opened"]
    assert len({each["delivery"] for each in found}) == 2


HOSTILE = "<!channel> <https://evil.example|here> *b* [x](https://evil.example) @all"


def test_slack_and_teams_show_names_as_plain_text(api: GitHubApi, tmp_path: Path, receiver: Receiver) -> None:
    of = cause("confirmed", row(HOSTILE))
    watching(api, tmp_path, of, environ=environ(receiver, "slack")).run("watch")
    api.world.issues.clear()
    api.world.labels.clear()
    watching(api, tmp_path, of, run=43, environ=environ(receiver, "teams")).run("watch")
    slack, teams = (json.loads(body) for _, body in receiver.got)
    assert "<" not in slack["text"]
    assert [block["text"]["type"] for block in slack["blocks"]] == ["plain_text"]
    [attachment] = teams["attachments"]
    card = attachment["content"]
    assert [attachment["contentType"], card["type"]] == ["application/vnd.microsoft.card.adaptive", "AdaptiveCard"]
    assert {part["type"] for block in card["body"] for part in block["inlines"]} == {"TextRun"}
    assert HOSTILE in json.dumps(card, ensure_ascii=False)
    assert [action["url"] for action in card["actions"]] == ["https://github.com/octo/bench/issues/8"]


@pytest.mark.parametrize("kind", ["slack", "teams", "json"])
def test_a_secret_in_a_name_reaches_neither_issue_nor_message(
    api: GitHubApi, tmp_path: Path, receiver: Receiver, kind: str
) -> None:
    """The job that measured did not mask it."""
    secret = "ghp_" + "a1B2" * 9
    of = structs.replace(cause(found="m3"), rows=(row(f"test[{secret}]"), row("test_b")))
    assert of.range
    commit = structs.replace(of.range.first, title=f"Use {secret}")
    of = structs.replace(of, range=structs.replace(of.range, first=commit, last=commit))
    content = msgspec.json.encode(to_json(watch_of(of), Watch))
    assert secret.encode() in content
    job = watching(api, tmp_path, content=content, environ=environ(receiver, kind))
    assert job.run("watch") == 0
    [(_, body)] = receiver.got
    [issue] = api.world.issues.values()
    summary = (job.work / "report" / "summary.md").read_text(encoding="utf-8")
    assert "test_b" in summary
    assert not [text for text in (body.decode(), issue.title, issue.body or "", summary, job.log) if secret in text]


def test_no_redirect_is_followed_and_the_job_says_so(api: GitHubApi, tmp_path: Path, receiver: Receiver) -> None:
    receiver.statuses = [302]
    job = watching(api, tmp_path, cause(), environ=environ(receiver))
    assert job.run("watch") == 0
    [notice] = job.read("published.json")["notices"]
    assert [notice["code"], "redirects elsewhere" in notice["text"]] == ["webhook-failed", True]
    assert len(receiver.got) == 1
    assert not any(part in job.log + json.dumps(notice) for part in (SECRET, PATH, "127.0.0.1"))


def test_what_passes_is_sent_again_with_the_same_delivery(api: GitHubApi, tmp_path: Path, receiver: Receiver) -> None:
    receiver.statuses = [503, 429]
    watching(api, tmp_path, cause(), environ=environ(receiver)).run("watch")
    assert len(receiver.got) == 3
    assert len({headers["X-Benchverdict-Delivery"] for headers, _ in receiver.got}) == 1


def test_a_certificate_that_is_not_trusted_gets_nothing(
    api: GitHubApi, tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    job = watching(api, tmp_path, cause(), environ=environ(receiver))
    assert job.run("watch") == 0
    assert "webhook-failed" in job.log
    assert not receiver.got
    assert PATH not in job.log


def test_without_the_right_to_issues_only_what_is_new_is_told(
    api: GitHubApi, tmp_path: Path, receiver: Receiver
) -> None:
    api.world.tokens[TOKEN].permissions = {"contents": "read", "actions": "read"}
    job = watching(api, tmp_path, cause(), cause("recovered", key="f" * 16), environ=environ(receiver))
    job.run("watch")
    assert [json.loads(body)["issue"] for _, body in receiver.got] == [None]
    assert "issues-refused" in job.log


def both() -> tuple[Cause, Cause]:
    return cause(), cause("confirmed", row("test_b"), key="b" * 16, before="m3", first="m4")


def test_an_error_at_one_cause_tells_of_the_others_once(api: GitHubApi, tmp_path: Path, receiver: Receiver) -> None:
    api.world.add_fault("POST .*/labels$", "drop", times=2)
    watching(api, tmp_path, *both(), environ=environ(receiver)).run("watch")
    assert [json.loads(body)["delivery"] for _, body in receiver.got] == [f"benchmarks-{'b' * 16}-opened-42"]


@pytest.mark.parametrize("match", ["GET .*/issues", "POST .*/labels$"])
def test_an_error_that_stays_is_no_issue_that_was_opened(
    api: GitHubApi, tmp_path: Path, receiver: Receiver, match: str
) -> None:
    api.world.add_fault(match, "status", times=999)
    job = watching(api, tmp_path, *both(), environ=environ(receiver))
    assert job.run("watch") == 0
    assert [receiver.got, [notice["code"] for notice in job.read("published.json")["notices"]]] == [
        [],
        ["issue-failed"],
    ]


@pytest.mark.parametrize(("right", "has_issues"), [("none", True), ("read", True), ("write", False)])
def test_without_issues_each_new_cause_is_told_once(
    api: GitHubApi, tmp_path: Path, receiver: Receiver, right: str, has_issues: bool
) -> None:
    api.world.tokens[TOKEN].permissions["issues"] = right
    api.world.has_issues = has_issues
    job = watching(api, tmp_path, *both(), environ=environ(receiver))
    job.run("watch")
    told = [json.loads(body) for _, body in receiver.got]
    assert [each["cause"]["key"] for each in told] == ["0123456789abcdef", "b" * 16]
    assert [each["issue"] for each in told] == [None, None]
    assert len(job.read("published.json")["notices"]) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/x",
        "https://",
        "ftp://example.org",
        "https://a\nb/",
        "https://user:sekret@exa\u2100mple.com/x",
        "https://user:sekret@example.org/x",
        "https://[x",
        "https://example.org:99999/x",
        "https://example.org:y/x",
    ],
)
def test_anything_but_https_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(UsageError) as refused:
        webhook.read({webhook.URL: address})
    assert refused.value.code == "webhook-address"
    shown = "".join(traceback.format_exception(refused.value))
    assert not any(part in shown for part in (address, "sekret", "exa\u2100mple", "99999"))


def test_an_unknown_format_is_refused_and_none_is_no_webhook() -> None:
    assert webhook.read({}) is None
    with pytest.raises(UsageError, match="webhook-format"):
        webhook.read({webhook.URL: "https://example.org", webhook.FORMAT: "irc"})


def test_neither_address_nor_secret_is_in_any_text_of_it(receiver: Receiver) -> None:
    found = webhook.read(environ(receiver))
    assert found is not None
    receiver.statuses = [400]
    told = webhook.Happening(event="opened", delivery="d", lines=("a",), page="", content={})
    with pytest.raises(ApiError) as refused:
        webhook.send(found, told, HASTE)
    assert not any(part in f"{found!r} {refused.value!r}" for part in (SECRET, PATH))
    nothing: Any = webhook.SHAPES["teams"](told)["attachments"][0]["content"]["actions"]
    assert nothing == []
