"""The faults that are planted, with the truth about each; and heads that do nothing slower."""

from __future__ import annotations

from dataclasses import dataclass

Edit = tuple[str, str, str]
"""A file, a text in it, and what takes its place. An empty text is the end of the file."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One head. ``functions`` are those that may be named, ``kinds`` the kinds that are right.

    ``changed`` is the function whose lines the head changed, or those that it uses; ``None`` where no diff shows it.
    """

    name: str
    package: str
    benchmark: str
    edits: tuple[Edit, ...]
    functions: tuple[str, ...]
    kinds: tuple[str, ...] = ("changed-here",)
    changed: str | None = None


def here(name: str, package: str, benchmark: str, function: str, *edits: Edit) -> Fault:
    """Return a fault in a function whose own lines changed."""
    return Fault(name=name, package=package, benchmark=benchmark, edits=edits, functions=(function,), changed=function)


_LOGGED = """def logged(function):
    calls = []

    def wrapper(*given):
        calls.append(len(calls))
        del calls[-1]
        return function(*given)

    return wrapper
"""
_DEP = "vendor/site-packages/dep.py"
_VENDOR = ("conftest.py", "", "import sys\n\nsys.path.insert(0, 'vendor/site-packages')\n")

FAULTS = (
    # A slower function.
    here(
        "slower convert, +25%",
        "shop",
        "test_total",
        "convert",
        (
            "shop/money.py",
            "    return round(",
            "    for _ in range(3):\n        amount = amount * 1.0\n    return round(",
        ),
    ),
    here(
        "slower convert, +2%",
        "shop",
        "test_total",
        "convert",
        (
            "shop/money.py",
            "    return round(amount * rate(code), ROUNDING)",
            "    amount = amount + 0.0\n    return round(amount * rate(code), ROUNDING)",
        ),
    ),
    here(
        "slower score",
        "text",
        "test_search",
        "Index.score",
        (
            "text/index.py",
            "        return count * rarity",
            "        for other in range(6):\n            rarity = rarity + 0 * other\n        return count * rarity",
        ),
    ),
    here(
        "slower normalize",
        "text",
        "test_add",
        "normalize",
        ("text/words.py", "    word = word.lower()\n", "    word = ''.join([letter.lower() for letter in word])\n"),
    ),
    here(
        "slower weight",
        "flow",
        "test_async",
        "weight",
        (
            "flow/run.py",
            "        total += value * len(name)\n",
            "        total += value * len(name)\n        total += sum(int(d) for d in str(value)) * 0\n",
        ),
    ),
    # Called more often.
    Fault(
        name="tax of every line",
        package="shop",
        benchmark="test_total",
        edits=(
            (
                "shop/orders.py",
                "        return amount + tax(amount)",
                "        taxes = [tax(l.total()) for l in self.lines]\n        return amount + sum(taxes)",
            ),
        ),
        functions=("Line.total",),
        kinds=("called-more-often",),
        changed="Order.total",
    ),
    Fault(
        name="tokens twice",
        package="text",
        benchmark="test_add",
        edits=(("text/index.py", "len(found)\n", "len(tokens(text))\n"),),
        functions=("tokens",),
        kinds=("called-more-often",),
        changed="Index.add",
    ),
    Fault(
        name="grams of two sizes",
        package="text",
        benchmark="test_nearest",
        edits=(
            (
                "text/index.py",
                "    return len(one & two)",
                "    one |= set(grams(first, 4))\n    two |= set(grams(second, 4))\n    return len(one & two)",
            ),
        ),
        functions=("grams", "similar"),
        kinds=("called-more-often", "changed-here"),
        changed="similar",
    ),
    Fault(
        name="check twice",
        package="flow",
        benchmark="test_parse",
        edits=(("flow/parse.py", "if check(record) and names", "if check(record) and names and check(record)"),),
        functions=("check",),
        kinds=("called-more-often",),
        changed="parse",
    ),
    Fault(
        name="page justifies twice",
        package="text",
        benchmark="test_page",
        edits=(("text/layout.py", "[justify(line, width) for", "[justify(justify(line, width), width) for"),),
        functions=("justify",),
        kinds=("called-more-often",),
        changed="page",
    ),
    # A lost cache.
    here(
        "rate is not cached",
        "shop",
        "test_total",
        "rate",
        ("shop/money.py", "@lru_cache(maxsize=None)\n", ""),
    ),
    Fault(
        name="a cache of one entry",
        package="shop",
        benchmark="test_total",
        edits=(("shop/money.py", "maxsize=None", "maxsize=1"),),
        functions=("rate",),
        changed="rate",
    ),
    Fault(
        name="the cache forgets",
        package="flow",
        benchmark="test_parse",
        edits=(
            (
                "flow/cache.py",
                "            self.entries[key] = make(key)\n        return self.entries[key]",
                "            return make(key)\n        return self.entries[key]",
            ),
        ),
        functions=("schema",),
        kinds=("called-more-often",),
        changed="Cache.get",
    ),
    Fault(
        name="the cache has a size of nothing",
        package="flow",
        benchmark="test_parse",
        edits=(
            ("flow/parse.py", "SCHEMAS = Cache(64)", "SCHEMAS = Cache(2)"),
            ("flow/parse.py", "SCHEMAS.get(line[:2], schema)", "SCHEMAS.get(line[:4], schema)"),
        ),
        functions=("schema",),
        kinds=("called-more-often",),
        changed="parse",
    ),
    # Worse complexity.
    here(
        "missing looks through a list",
        "shop",
        "test_missing",
        "Order.missing",
        ("shop/orders.py", "have = set(self.skus())", "have = self.skus()"),
    ),
    here(
        "wrap joins again",
        "text",
        "test_page",
        "wrap",
        ("text/layout.py", "    for word in words:\n", "    for word in words:\n        lines = [*lines]\n"),
    ),
    here(
        "windows from the beginning",
        "flow",
        "test_smooth",
        "windows",
        ("flow/run.py", "sum(values[i : i + size])", "sum(values[: i + size]) - sum(values[:i])"),
    ),
    here(
        "search counts again and again",
        "text",
        "test_search",
        "Index.search",
        (
            "text/index.py",
            "counts[name] = counts.get(name, 0) + 1",
            "counts[name] = sum(other == name for other, _ in self.places[word])",
        ),
    ),
    # A regular expression.
    Fault(
        name="a pattern with a look behind",
        package="text",
        benchmark="test_add",
        edits=(("text/words.py", 're.compile(r"[a-z]+")', 're.compile(r"(?:(?<![0-9])[a-z](?![0-9]))+")'),),
        functions=("tokens",),
        kinds=("c-called-with-more", "changed-here"),
        changed="tokens",
    ),
    Fault(
        name="a pattern that goes back",
        package="flow",
        benchmark="test_parse",
        edits=(("flow/parse.py", 'r"(\\w+)=(\\d+)"', 'r"((?:\\w\\w?)+)=(\\d+)"'),),
        functions=("parse",),
        kinds=("c-called-with-more", "changed-here"),
        changed="parse",
    ),
    here(
        "a pattern for every word",
        "text",
        "test_add",
        "normalize",
        (
            "text/words.py",
            "    word = word.lower()\n",
            "    word = re.sub(r'[^a-z]', '', word.lower())\n",
        ),
    ),
    # An import.
    Fault(
        name="an import in a function",
        package="shop",
        benchmark="test_monthly",
        edits=(
            (
                "shop/report.py",
                "    return str(value)",
                "    from importlib import reload\n\n    import keyword\n\n    reload(keyword)\n    return str(value)",
            ),
        ),
        functions=("cell", "reload", "<module>", "_call_with_frames_removed", "_path_stat"),
        kinds=("changed-here", "import-or-setup", "called-more-often"),
        changed="cell",
    ),
    here(
        "an import for every line",
        "shop",
        "test_total",
        "Line.total",
        (
            "shop/orders.py",
            "        return convert(self.count",
            (
                "        from shop.money import convert\n        from shop.money import tax\n\n"
                "        return convert(self.count"
            ),
        ),
    ),
    # C code with more data.
    Fault(
        name="all sides twice",
        package="flow",
        benchmark="test_smooth",
        edits=(("flow/run.py", "windows(merged(sides), size)", "windows(merged(sides), size * 12)"),),
        functions=("windows",),
        kinds=("c-called-with-more", "called-with-more"),
        changed="smooth",
    ),
    Fault(
        name="more to encode",
        package="shop",
        benchmark="test_monthly",
        edits=(("shop/report.py", "    return encode(rows)", "    return encode(rows * 12)"),),
        functions=("encode", "JSONEncoder.iterencode", "JSONEncoder.encode"),
        kinds=("c-called-with-more", "called-with-more"),
        changed="monthly",
    ),
    Fault(
        name="wider cells",
        package="shop",
        benchmark="test_monthly",
        edits=(("shop/report.py", "WIDTH = 12", "WIDTH = 4000"),),
        functions=("cell", "JSONEncoder.iterencode", "encode"),
        kinds=("c-called-with-more", "called-with-more"),
        changed="cell",
    ),
    # Allocation.
    here(
        "a list in the way",
        "text",
        "test_nearest",
        "grams",
        (
            "text/words.py",
            "    return [word[i : i + size] for i in range(len(word) - size + 1)]",
            (
                "    pieces = [list(word[i : i + size]) for i in range(len(word) - size + 1)]\n"
                "    return [''.join(piece) for piece in pieces]"
            ),
        ),
    ),
    here(
        "a copy for every record",
        "flow",
        "test_parse",
        "parse",
        (
            "flow/parse.py",
            "    names = SCHEMAS",
            "    record = {name: dict(record) and value for name, value in record.items()}\n    names = SCHEMAS",
        ),
    ),
    here(
        "a large list",
        "flow",
        "test_smooth",
        "merged",
        (
            "flow/run.py",
            "        result.extend(side)",
            "        result = result + list(side) + [0] * 2000\n        result = result[:-2000]",
        ),
    ),
    # A decorator.
    Fault(
        name="a decorator on check",
        package="flow",
        benchmark="test_parse",
        edits=(
            ("flow/parse.py", "def check(record)", "@logged\ndef check(record)"),
            (
                "flow/parse.py",
                _LOGGED := _LOGGED,
                "",
            ),
            ("flow/parse.py", "FIELD = re", _LOGGED + "\n\nFIELD = re"),
        ),
        functions=("logged.<locals>.wrapper",),
        kinds=("changed-here", "called-more-often"),
        changed="logged.<locals>.wrapper",
    ),
    here(
        "a new decorator on normalize",
        "text",
        "test_add",
        "checked.<locals>.wrapper",
        (
            "text/words.py",
            "def normalize(word)",
            (
                "def checked(function):\n    def wrapper(word):\n        assert isinstance(word, str)\n"
                "        assert word\n        return function(word)\n\n    return wrapper\n\n\n"
                "@checked\ndef normalize(word)"
            ),
        ),
    ),
    # The async path.
    Fault(
        name="a turn for every line",
        package="flow",
        benchmark="test_async",
        edits=(
            (
                "flow/run.py",
                "        total += await handle(line)",
                "        total += await handle(line)\n        await asyncio.sleep(0)",
            ),
        ),
        functions=("worker", "BaseEventLoop._run_once", "Handle._run", "__sleep0", "sleep"),
        kinds=("changed-here", "called-more-often"),
        changed="worker",
    ),
    here(
        "a task for every line",
        "flow",
        "test_async",
        "worker",
        ("flow/run.py", "await handle(line)", "await asyncio.ensure_future(handle(line))"),
    ),
    Fault(
        name="parsed twice in a coroutine",
        package="flow",
        benchmark="test_async",
        edits=(("flow/run.py", "    record = parse(line)\n", "    record = parse(line) and parse(line)\n"),),
        functions=("parse",),
        kinds=("called-more-often",),
        changed="handle",
    ),
    # A dependency.
    Fault(
        name="a slower dependency",
        package="text",
        benchmark="test_search",
        edits=(
            _VENDOR,
            (_DEP, "", "def rounded(value):\n    return float(value)\n"),
            (
                "text/index.py",
                "        return count * rarity",
                "        count = rounded(count)\n        return count * rarity",
            ),
            ("text/index.py", "from text.words", "from dep import rounded\nfrom text.words"),
            # Above is the base, below the head.
            (
                _DEP,
                "    return float(value)\n",
                "    for _ in range(5):\n        value = float(value)\n    return value\n",
            ),
        ),
        functions=("rounded",),
        kinds=("dependency-changed",),
    ),
)
BASE_EDITS = {"a slower dependency": 4}
"""So many edits of a fault are the base's too."""

NEUTRAL: tuple[tuple[str, str, str, tuple[Edit, ...]], ...] = (
    (
        "unused functions",
        "shop",
        "test_total",
        (
            (
                "shop/money.py",
                "",
                "\n\n" + "\n\n".join(f"def unused_{i}(a):\n    return a + {i}" for i in range(20)) + "\n",
            ),
        ),
    ),
    (
        "unused functions above",
        "text",
        "test_search",
        (
            (
                "text/index.py",
                "class Index",
                "\n\n".join(f"def unused_{i}(a):\n    return a + {i}" for i in range(20)) + "\n\n\nclass Index",
            ),
        ),
    ),
    (
        "a comment in a function",
        "shop",
        "test_total",
        (("shop/money.py", "    return round(", "    # Cents are enough.\n    return round("),),
    ),
    (
        "a docstring",
        "text",
        "test_add",
        (("text/words.py", "    word = word.lower()\n", '    """Return the stem."""\n    word = word.lower()\n'),),
    ),
    (
        "renamed locals",
        "flow",
        "test_parse",
        (
            (
                "flow/parse.py",
                "    record = {name: int(value) for name, value in",
                "    record = {field: int(text) for field, text in",
            ),
        ),
    ),
    (
        "types",
        "text",
        "test_page",
        (("text/layout.py", "def justify(line, width):", "def justify(line: str, width: int) -> str:"),),
    ),
    (
        "a renamed variable",
        "flow",
        "test_smooth",
        (
            (
                "flow/run.py",
                "    result = []\n    for side in sides:\n        result.extend(side)\n    return sorted(result)",
                "    values = []\n    for side in sides:\n        values.extend(side)\n    return sorted(values)",
            ),
        ),
    ),
    ("another constant", "shop", "test_total", (("shop/money.py", '"USD": 1.08', '"USD": 1.09'),)),
    ("an unused import", "text", "test_add", (("text/words.py", "import re\n", "import re\nimport string\n"),)),
    ("a text file", "flow", "test_async", (("notes.md", "", "# Notes\n"),)),
    ("another module", "text", "test_nearest", (("text/more.py", "", "def more(word):\n    return word * 2\n"),)),
    (
        "a moved function",
        "shop",
        "test_total",
        (
            ("shop/money.py", "def tax(amount):\n    return amount * 0.19\n", "from shop.taxes import tax\n"),
            ("shop/taxes.py", "", "def tax(amount):\n    return amount * 0.19\n"),
        ),
    ),
    (
        "functions in another order",
        "text",
        "test_nearest",
        (
            (
                "text/index.py",
                "def nearest(word, words):\n    return max(words, key=lambda other: similar(word, other))\n",
                "",
            ),
            (
                "text/index.py",
                "def similar(",
                (
                    "def nearest(word, words):\n    return max(words, key=lambda other: similar(word, other))\n\n\n"
                    "def similar("
                ),
            ),
        ),
    ),
    (
        "another layout of a call",
        "flow",
        "test_smooth",
        (
            (
                "flow/run.py",
                "    return windows(merged(sides), size)",
                "    return windows(\n        merged(sides),\n        size,\n    )",
            ),
        ),
    ),
    (
        "an f-string in place of str",
        "shop",
        "test_monthly",
        (("shop/report.py", '"total": order.total()', '"total": (order.total())'),),
    ),
    (
        "a new method",
        "shop",
        "test_missing",
        (
            (
                "shop/orders.py",
                "    def skus(self)",
                "    def count(self):\n        return len(self.lines)\n\n    def skus(self)",
            ),
        ),
    ),
    (
        "an unused method is slower",
        "text",
        "test_nearest",
        (("text/words.py", "    word = word.lower()\n", "    word = word.lower().strip().lower()\n"),),
    ),
    ("a cache of another size", "flow", "test_parse", (("flow/parse.py", "Cache(64)", "Cache(128)"),)),
    ("a new test", "flow", "test_async", (("test_more.py", "", "def test_more():\n    assert True\n"),)),
    (
        "an if turned round",
        "flow",
        "test_parse",
        (
            (
                "flow/parse.py",
                "    return record if check(record) and names else None",
                "    return None if not (check(record) and names) else record",
            ),
        ),
    ),
)
"""Name, package, benchmark, edits."""
