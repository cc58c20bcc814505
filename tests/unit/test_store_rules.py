"""``[store]``: what may be an address of a store, and that none is printed with credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.config.reading import parse
from reporter.config.store_rules import StoreRule, check_place, parse_keep, shown_place
from reporter.shared.errors import UsageError

GOOD = [
    "artifact",
    "some/folder",
    "file:///var/benchmarks",
    "s3://bucket",
    "s3://bucket/some/folder",
    "gs://bucket/folder",
    "az://container/folder",
    "postgresql://host/database",
    "postgresql://user@host:5432/database?sslmode=require",
    "postgres://host/database",
]
SECRET = "hunter2"
HOLDING = [
    f"postgresql://user:{SECRET}@host/database",
    f"postgresql://:{SECRET}@host/database",
    f"postgresql://host/database?password={SECRET}",
    f"postgresql://host/database?user=x&Password={SECRET}",
    f"postgresql://host/database?sslpassword={SECRET}",
    f"s3://key:{SECRET}@bucket/folder",
    f"az://container/folder?sig={SECRET}",
    f"gs://bucket/folder#{SECRET}",
    f"postgresql://user:12/{SECRET}@host/database",
    f"postgresql://user:12#{SECRET}@host/database",
    f"postgresql://user:12?{SECRET}@host/database",
    f"postgresql://user:{SECRET}/x@host/database",
    f"postgresql://user:1@{SECRET}@host/database",
    f"postgresql://host/database?password=x@{SECRET}",
    f"postgres://user/{SECRET}@host/database",
    f"s3://AKIAKEY:123/{SECRET}@bucket/x",
    f"s3://AKIAKEY:{SECRET}/x@bucket/x",
    f"az://container/{SECRET}@x",
    f"file://user:{SECRET}@/var",
]


@pytest.mark.parametrize("place", GOOD)
def test_what_may_be_a_store(place: str) -> None:
    assert check_place(place) == place
    assert parse({"store": {"url": place}}, "here").store == StoreRule(place=place)


@pytest.mark.parametrize("place", HOLDING)
def test_an_address_with_credentials_is_refused_and_not_repeated(place: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_place(place)
    assert caught.value.code == "store-credentials"
    assert SECRET not in f"{caught.value} {caught.value!r} {caught.value.cure}"


@pytest.mark.parametrize(
    ("place", "hint"),
    [
        (f"postgresql://user:{SECRET}/x", "s3://bucket/folder"),
        (f"s3://[{SECRET}/x", "s3://bucket/folder"),
        (f"user:{SECRET}@host://x", "no address"),
        ("s4://bucket", "did you mean 's3'"),
        ("https://bucket.example", "s3://…"),
        ("file://folder", "three slashes"),
        ("s3:///folder", "s3://bucket/folder"),
        ("s3://bucket/a b", "correct it"),
        ("s3://bucket/\x1b[31m", "correct it"),
        ("s3://" + "b" * 3_000, "correct it"),
        ("postgresql://host:port/x", "s3://bucket/folder"),
        (f"sqlite://user:{SECRET}@host/x?password={SECRET}", "postgresql://…"),
    ],
)
def test_what_cannot_be_a_store(place: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_place(place)
    assert caught.value.code == "store-address"
    assert hint in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "place", [*HOLDING, f"postgresql://user:p@{SECRET}@host/x", f"s3://{SECRET}@bucket/x?{SECRET}"]
)
def test_a_printed_address_has_no_credentials(place: str) -> None:
    assert SECRET not in shown_place(place)
    assert "user" not in shown_place(place)


def test_how_long_measurings_are_kept() -> None:
    assert [parse_keep(text) for text in ("1 day", "400 days", "2weeks", "3 Months", "2 years")] == [
        1,
        400,
        14,
        93,
        732,
    ]
    for wrong in ("", "0 days", "two years", "3", "1e3 days", "-1 days", "9999999 days"):
        with pytest.raises(ValueError, match="400 days"):
            parse_keep(wrong)
    assert parse({"store": {"keep": "2 years"}}, "here").store.keep_days == 732
    values: tuple[object, ...] = (3, [], "soon")
    for value in values:
        with pytest.raises(UsageError) as caught:
            parse({"store": {"keep": value}}, "here")
        assert caught.value.code == "config-value"


def test_a_secret_in_the_configuration_is_not_repeated() -> None:
    for place in HOLDING:
        with pytest.raises(UsageError) as caught:
            parse({"store": {"url": place}}, "benchverdict.toml")
        assert SECRET not in str(caught.value)


def test_only_clients_of_stores_know_the_packages_and_only_when_used() -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfor name in ('obstore', 'psycopg'): sys.modules[name] = None\n"
        "import reporter.cli, reporter.store.registry, reporter.commands.history\n"
        "from reporter.shared.errors import UsageError\n"
        "from reporter.store.registry import open_store\n"
        "for place in ('s3://b', 'gs://b', 'az://b', 'file:///b', 'postgresql://h/d'):\n"
        "    try: open_store(place)\n"
        "    except UsageError as error: print(error.code, error.cure)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "store-not-installed install it: pip install 'benchverdict[stores]'\n" * 5
