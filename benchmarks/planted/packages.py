"""Three small packages, each with benchmarks that call several layers of functions. Made for this evaluation."""

from __future__ import annotations

SHOP = {
    "shop/__init__.py": "",
    "shop/money.py": """from functools import lru_cache

RATES = {"EUR": 1.0, "USD": 1.08, "GBP": 0.85, "SEK": 11.2}
ROUNDING = 2


@lru_cache(maxsize=None)
def rate(code):
    total = 0.0
    for step in range(40):
        total += RATES[code] / (step + 1)
    return total / 40


def convert(amount, code):
    return round(amount * rate(code), ROUNDING)


def tax(amount):
    return amount * 0.19
""",
    "shop/orders.py": """from shop.money import convert, tax


class Line:
    def __init__(self, sku, count, price, code):
        self.sku = sku
        self.count = count
        self.price = price
        self.code = code

    def total(self):
        return convert(self.count * self.price, self.code)


class Order:
    def __init__(self, lines):
        self.lines = lines

    def total(self):
        amount = sum(line.total() for line in self.lines)
        return amount + tax(amount)

    def skus(self):
        return sorted({line.sku for line in self.lines})

    def missing(self, wanted):
        have = set(self.skus())
        return [sku for sku in wanted if sku not in have]
""",
    "shop/report.py": """import json

from shop.orders import Order

WIDTH = 12


def cell(value):
    return str(value).rjust(WIDTH)


def describe(order):
    cells = [cell(line.sku) for line in order.lines]
    return {"cells": cells, "total": order.total()}


def encode(rows):
    return json.dumps(rows)


def monthly(orders):
    rows = [describe(order) for order in orders]
    return encode(rows)
""",
    "test_shop.py": """import pytest
from shop.orders import Line, Order
from shop.report import monthly


def make(count, first=0):
    codes = ("EUR", "USD", "GBP", "SEK")
    return Order([Line(f"sku-{first + i:04}", i % 7 + 1, 3.5 + i, codes[i % 4]) for i in range(count)])


def test_total(benchmark):
    benchmark(make(400).total)


def test_missing(benchmark):
    benchmark(make(300).missing, [f"sku-{i:04}" for i in range(150, 450)])


def test_monthly(benchmark):
    benchmark(monthly, [make(12, i) for i in range(30)])
""",
}

TEXT = {
    "text/__init__.py": "",
    "text/words.py": """import re

WORD = re.compile(r"[a-z]+")
ENDINGS = ("ing", "ed", "ly", "s")


def normalize(word):
    word = word.lower()
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)]
    return word


def tokens(text):
    return [normalize(word) for word in WORD.findall(text.lower())]


def grams(word, size):
    return [word[i : i + size] for i in range(len(word) - size + 1)]
""",
    "text/index.py": """from text.words import grams, tokens


class Index:
    def __init__(self):
        self.places = {}
        self.lengths = {}

    def add(self, name, text):
        found = tokens(text)
        self.lengths[name] = len(found)
        for place, word in enumerate(found):
            self.places.setdefault(word, []).append((name, place))

    def score(self, word, name, count):
        rarity = 1.0 / (1 + len(self.places.get(word, ())))
        return count * rarity / (1 + self.lengths[name])

    def search(self, query):
        scores = {}
        for word in tokens(query):
            counts = {}
            for name, _ in self.places.get(word, ()):
                counts[name] = counts.get(name, 0) + 1
            for name, count in counts.items():
                scores[name] = scores.get(name, 0.0) + self.score(word, name, count)
        return best(scores, 10)


def best(scores, count):
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:count]


def similar(first, second):
    one, two = set(grams(first, 3)), set(grams(second, 3))
    return len(one & two) / (1 + len(one | two))


def nearest(word, words):
    return max(words, key=lambda other: similar(word, other))
""",
    "text/layout.py": """def wrap(words, width):
    lines, line = [], ""
    for word in words:
        if len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def justify(line, width):
    gaps = line.count(" ")
    if not gaps:
        return line
    extra, more = divmod(width - len(line), gaps)
    pieces = line.split(" ")
    wide = [piece + " " * (1 + extra + (i < more)) for i, piece in enumerate(pieces[:-1])]
    return "".join(wide) + pieces[-1]


def page(text, width=60):
    return [justify(line, width) for line in wrap(text.split(), width)]
""",
    "test_text.py": """import random

from text.index import Index, nearest
from text.layout import page

CHOICE = random.Random(3)
WORDS = ["".join(CHOICE.choice("abcdefghijklmnop") for _ in range(CHOICE.randrange(3, 12))) for _ in range(400)]
TEXT = " ".join(CHOICE.choice(WORDS) + CHOICE.choice(("", "s", "ing", "ly")) for _ in range(600))


def filled():
    index = Index()
    for number in range(40):
        index.add(f"doc-{number}", " ".join(CHOICE.choice(WORDS) for _ in range(80)))
    return index


def test_add(benchmark):
    benchmark(lambda: Index().add("doc", TEXT))


def test_search(benchmark):
    benchmark(filled().search, " ".join(WORDS[:60]))


def test_nearest(benchmark):
    benchmark(nearest, WORDS[0], WORDS)


def test_page(benchmark):
    benchmark(page, TEXT)
""",
}

FLOW = {
    "flow/__init__.py": "",
    "flow/cache.py": """class Cache:
    def __init__(self, size):
        self.size = size
        self.entries = {}

    def get(self, key, make):
        if key not in self.entries:
            if len(self.entries) >= self.size:
                self.entries.pop(next(iter(self.entries)))
            self.entries[key] = make(key)
        return self.entries[key]
""",
    "flow/parse.py": """import re

from flow.cache import Cache

FIELD = re.compile(r"(\\w+)=(\\d+)")
KNOWN = frozenset({"id", "size", "level", "time"})
SCHEMAS = Cache(64)


def schema(kind):
    names = sorted(f"{kind}-{i % 7}" for i in range(30))
    return tuple(names)


def check(record):
    return all(name in KNOWN for name in record)


def parse(line):
    record = {name: int(value) for name, value in FIELD.findall(line)}
    names = SCHEMAS.get(line[:2], schema)
    return record if check(record) and names else None


def logged(function):
    calls = []

    def wrapper(*given):
        calls.append(len(calls))
        del calls[-1]
        return function(*given)

    return wrapper
""",
    "flow/run.py": """import asyncio

from flow.parse import parse


def weight(record):
    total = 0
    for name, value in record.items():
        total += value * len(name)
    return total


async def handle(line):
    record = parse(line)
    return weight(record)


async def worker(lines):
    total = 0
    for line in lines:
        total += await handle(line)
    return total


async def main(groups):
    return sum(await asyncio.gather(*(worker(lines) for lines in groups)))


def merged(sides):
    result = []
    for side in sides:
        result.extend(side)
    return sorted(result)


def windows(values, size):
    return [sum(values[i : i + size]) for i in range(len(values) - size)]


def smooth(sides, size=8):
    return windows(merged(sides), size)
""",
    "test_flow.py": """import asyncio

from flow.parse import parse
from flow.run import main, smooth

LINES = [f"id={i} size={i * 7 % 100} level={i % 5} time={i * 1000}" for i in range(200)]


def test_parse(benchmark):
    benchmark(lambda: [parse(line) for line in LINES])


def test_async(benchmark):
    loop = asyncio.new_event_loop()
    groups = [LINES[i::8] for i in range(8)]
    benchmark(lambda: loop.run_until_complete(main(groups)))
    loop.close()


def test_smooth(benchmark):
    benchmark(smooth, [[(i * 37 + side * 11) % 1000 for i in range(250)] for side in range(4)])
""",
}
PACKAGES = {"shop": SHOP, "text": TEXT, "flow": FLOW}
