"""Stores that cannot be used, on real stores: every error has its code, tells no secret, and nothing is lost."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from reporter.model import Baseline
from reporter.shared.errors import InputError
from reporter.store import postgres
from reporter.store.protocol import Missing
from tests.e2e.store_servers import PASSWORD, SECRET_KEY, free_port, make_bucket, s3_server
from tests.e2e.stores import lasting, measuring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SIGNED = "GET /benchmarks/hunter2-signed-request"


def refused(address: str) -> InputError:
    """Return why a store can be neither read nor written; the error tells no secret and no user."""
    errors = []
    uses: tuple[Callable[[], object], ...] = (
        lambda: lasting(address).find("any"),
        lambda: lasting(address).save(measuring("any", 1)),
    )
    for use in uses:
        with pytest.raises(InputError) as caught:
            use()
        errors.append(caught.value)
        assert caught.value.__context__ is None or caught.value.__suppress_context__
    shown = "".join(f"{error} {error!r} {error.cure}" for error in errors)
    assert not any(secret in shown for secret in (PASSWORD, SECRET_KEY, SIGNED, "hunter2", "postgres@", "AKIA"))
    assert errors[0].code == errors[1].code
    return errors[0]


def test_a_wrong_password_of_the_database(stores: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "hunter2-wrong")
    assert refused(stores["postgresql"]).code == "store-refused"


def test_no_password_of_the_database(stores: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD")
    assert refused(stores["postgresql"]).code == "store-refused"


def test_a_user_that_the_database_does_not_know(stores: dict[str, str]) -> None:
    assert refused(stores["postgresql"].replace("postgres@", "hunter2@")).code == "store-refused"


def test_a_database_that_is_not_there(stores: dict[str, str]) -> None:
    error = refused(stores["postgresql"].removesuffix("/postgres") + "/none")
    assert error.code == "store-missing"
    assert error.where.startswith("postgresql://***@127.0.0.1:")


def test_an_option_that_the_client_does_not_know(stores: dict[str, str]) -> None:
    assert refused(stores["postgresql"] + "?hunter2=1").code.startswith("store-")


def test_a_user_of_the_database_that_may_only_read(stores: dict[str, str], suite: str) -> None:
    import psycopg

    lasting(stores["postgresql"]).save(measuring(suite, 1))
    with psycopg.connect(stores["postgresql"], autocommit=True) as connection:
        connection.execute("DROP OWNED BY reader" if _is_role(connection, "reader") else "SELECT 1")
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("GRANT USAGE ON SCHEMA benchverdict TO reader")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA benchverdict TO reader")
    reader = lasting(stores["postgresql"].replace("postgres@", "reader@"))
    assert isinstance(reader.find(suite), Baseline)
    with pytest.raises(InputError) as caught:
        reader.save(measuring(suite, 2))
    assert (caught.value.code, "42501" in caught.value.what) == ("store-refused", True)
    assert isinstance(reader.find(suite), Baseline)


def _is_role(connection: object, name: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))  # type: ignore[attr-defined]
    return found.fetchone() is not None


def test_a_server_that_does_not_answer(stores: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    assert refused(stores["s3"]).code == "store-unreachable"
    assert refused(f"postgresql://postgres@127.0.0.1:{free_port()}/postgres").code == "store-unreachable"


def test_a_bucket_that_is_not_there(stores: dict[str, str]) -> None:
    assert refused("s3://no-such-bucket/api").code == "store-missing"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as caught:
        lasting((tmp_path / "file" / "objects").as_uri()).find("any")
    assert caught.value.code in ("store-refused", "store-failed")


def test_keys_that_s3_does_not_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("ACCESS_KEY_ID", "AKIATESTTESTTESTTEST"),
        ("SECRET_ACCESS_KEY", SECRET_KEY),
        ("REGION", "us-east-1"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    with s3_server(tmp_path, INITIAL_NO_AUTH_ACTION_COUNT="1") as address:
        make_bucket(address, "benchmarks")
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        assert refused("s3://benchmarks/api").code == "store-refused"


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "RequestTimeTooSkewed", "store-clock"),
        (403, "SignatureDoesNotMatch", "store-refused"),
        (401, "", "store-refused"),
        (404, "NoSuchBucket", "store-missing"),
        (409, "Something", "store-failed"),
        (400, "ExpiredToken", "store-refused"),
    ],
)
def test_what_s3_says_is_told_by_its_code_alone(
    status: int,
    code: str,
    expected: str,
    stores: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = f"<Error><Code>{code}</Code><StringToSign>{SIGNED} {SECRET_KEY}</StringToSign></Error>"
    with answering(status, body) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        error = refused(stores["s3"])
    assert error.code == expected
    assert code in error.what


@contextmanager
def answering(status: int, body: str) -> Iterator[str]:
    """Start a server that refuses every request in the same words."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        do_PUT = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Write no line for each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def spoil(address: str, suite: str, number: int, content: bytes) -> None:
    """Replace what is kept of a measuring, as no writer of ours does."""
    store = lasting(address)
    key = store.log.key(suite)
    name = next(name for name in store.log.names(key) if name.commit == f"{number:040x}")
    if address.startswith("postgresql"):
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                "UPDATE benchverdict.measuring SET statistics = %s WHERE name = %s", (content, str(name))
            )
        return
    import obstore

    obstore.put(store.log.client, f"v1/{key}/sessions/{name}.json.gz", content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "content",
    [
        b"no snapshot",
        b"\x1f\x8b damaged",
        gzip.compress(b"{}"),
        gzip.compress(json.dumps({"schema": "snapshot/v7"}).encode()),
        gzip.compress(b"[" * 100_000),
    ],
    ids=["text", "damaged", "nothing", "newer", "nested"],
)
def test_what_cannot_be_read_is_passed_over_and_stays(content: bytes, place: str, suite: str) -> None:
    store = lasting(place)
    for number in range(3):
        store.save(measuring(suite, number))
    spoil(place, suite, 2, content)
    found = lasting(place).find(suite)
    assert isinstance(found, Baseline)
    assert found.suite.commit == f"{1:040x}"
    assert [notice.code for notice in found.notices] == ["measuring-passed-over"]
    assert f"{2:040x}" in found.notices[0].text
    assert len(store.log.names(store.log.key(suite))) == 3
    assert len(store.history(suite)) == 2
    spoil(place, suite, 1, content)
    spoil(place, suite, 0, content)
    missing = lasting(place).find(suite)
    assert isinstance(missing, Missing)
    assert missing.notice
    assert missing.notice.code == "measuring-passed-over"
    problems: list[InputError] = []
    assert list(store.measurings(suite, problems)) == []
    assert len(problems) == 3


def test_a_measuring_of_another_suite_is_passed_over(place: str, suite: str) -> None:
    store = lasting(place)
    store.save(measuring(suite, 1))
    store.save(measuring(suite, 2))
    other = lasting(place)
    other.save(measuring(f"{suite} other", 2))
    key = other.log.key(f"{suite} other")
    (_, content), *_ = other.log.read(key, other.log.names(key))
    assert isinstance(content, bytes)
    spoil(place, suite, 2, content)
    found = store.find(suite)
    assert isinstance(found, Baseline)
    assert [notice.code for notice in found.notices] == ["measuring-passed-over"]


def test_a_secret_of_a_benchmarks_name_is_in_no_store(place: str, suite: str, stores: dict[str, str]) -> None:
    made = measuring(suite, 1)
    token = "ghp_" + "0123456789abcdefghij" * 2
    benchmark = replace(made.suite.benchmarks[0], name=f"fetch {token}", params=(("password", "hunter2"),))
    hostile = replace(made.suite, benchmarks=(benchmark,), commit="c0ffee" * 6 + "abcd")
    store = lasting(place)
    store.save(replace(made, suite=hostile, history=()))
    found = store.find(suite)
    assert isinstance(found, Baseline)
    assert token not in repr(found)
    assert "hunter2" not in repr(found)
    if place == stores["postgresql"]:
        import psycopg

        with psycopg.connect(place) as connection:
            rows = connection.execute("SELECT history::text FROM benchverdict.history").fetchall()
        assert rows
        assert not [row for row in rows if token in row[0] or "hunter2" in row[0]]


def test_objects_of_a_newer_version(stores: dict[str, str], tmp_path: Path) -> None:
    import obstore

    for address in ((tmp_path / "new").as_uri(), "s3://benchmarks/new"):
        obstore.put(lasting(address).log.client, "v2/api/anything", b"x")  # type: ignore[attr-defined]
        with pytest.raises(InputError) as caught:
            lasting(address).find("api")
        assert caught.value.code == "store-newer"


def test_tables_of_a_newer_version(stores: dict[str, str], suite: str) -> None:
    import psycopg

    store = lasting(stores["postgresql"])
    store.save(measuring(suite, 1))
    with psycopg.connect(stores["postgresql"], autocommit=True) as connection:
        connection.execute("INSERT INTO benchverdict.migration (number) VALUES (99)")
        try:
            assert refused(stores["postgresql"]).code == "store-newer"
        finally:
            connection.execute("DELETE FROM benchverdict.migration WHERE number = 99")
    assert isinstance(store.find(suite), Baseline)


def test_tables_of_an_older_version(
    stores: dict[str, str], suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    with psycopg.connect(stores["postgresql"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE older")
    older = stores["postgresql"].removesuffix("/postgres") + "/older"
    lasting(older).save(measuring(suite, 1))
    with psycopg.connect(older, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("GRANT USAGE ON SCHEMA benchverdict TO guest")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA benchverdict TO guest")
    shutil.copytree(postgres.MIGRATIONS, tmp_path / "migrations")
    (tmp_path / "migrations" / "9999.sql").write_text("ALTER TABLE benchverdict.suite ADD COLUMN more text;")
    monkeypatch.setattr(postgres, "MIGRATIONS", tmp_path / "migrations")
    guest = older.replace("postgres@", "guest@")
    assert refused(guest).code == "store-older"
    assert isinstance(lasting(older).find(suite), Baseline)
    assert isinstance(lasting(guest).find(suite), Baseline)


def test_texts_that_a_database_cannot_hold(place: str, suite: str) -> None:
    made = measuring(suite, 1)
    benchmark = replace(made.suite.benchmarks[0], name="a zero \0", params=(("k\0", "v\0"),))
    hostile = replace(made, suite=replace(made.suite, benchmarks=(benchmark,)), history=())
    store = lasting(place)
    store.save(hostile)
    found = store.find(suite)
    assert isinstance(found, Baseline)
    assert found.suite.benchmarks[0].name == "a zero \0"
    assert len(store.history(suite, "a zero \0")) == 1
