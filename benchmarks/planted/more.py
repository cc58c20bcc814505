"""More faults, one in almost every function of the packages; and the same harmless edits for every benchmark."""

from __future__ import annotations

from benchmarks.planted.faults import Edit, Fault, here

_SHOP, _TEXT, _FLOW = "shop", "text", "flow"


def called(name: str, package: str, benchmark: str, functions: tuple[str, ...], changed: str, edit: Edit) -> Fault:
    """Return a fault by which functions that did not change are called more often, by one that did."""
    kinds = ("called-more-often",)
    return Fault(
        name=name,
        package=package,
        benchmark=benchmark,
        edits=(edit,),
        functions=functions,
        kinds=kinds,
        changed=changed,
    )


MORE_FAULTS = (
    here(
        "a slower tax",
        _SHOP,
        "test_monthly",
        "tax",
        (
            "shop/money.py",
            "    return amount * 0.19",
            "    for _ in range(60):\n        amount += 0.0\n    return amount * 0.19",
        ),
    ),
    called(
        "cells of cells",
        _SHOP,
        "test_monthly",
        ("cell",),
        "describe",
        ("shop/report.py", "cells = [cell(line.sku) for", "cells = [cell(cell(line.sku)) for"),
    ),
    called(
        "skus twice",
        _SHOP,
        "test_missing",
        ("Order.skus",),
        "Order.missing",
        ("shop/orders.py", "have = set(self.skus())", "have = set(self.skus()) | set(self.skus())"),
    ),
    here(
        "skus by their ends",
        _SHOP,
        "test_missing",
        "Order.skus",
        ("shop/orders.py", "for line in self.lines})", "for line in self.lines}, key=lambda sku: sku[::-1])"),
    ),
    called(
        "converted twice",
        _SHOP,
        "test_total",
        ("convert",),
        "Line.total",
        (
            "shop/orders.py",
            "return convert(self.count * self.price, self.code)",
            'return convert(convert(self.count * self.price, "EUR"), self.code)',
        ),
    ),
    here(
        "totals are sorted",
        _SHOP,
        "test_total",
        "Order.total",
        (
            "shop/orders.py",
            "sum(line.total() for line in self.lines)",
            "sum(sorted([line.total() for line in self.lines] * 40)[::40])",
        ),
    ),
    here(
        "a rate by way of a text",
        _SHOP,
        "test_total",
        "convert",
        ("shop/money.py", "amount * rate(code)", "amount * float(str(rate(code)))"),
    ),
    here(
        "cells look at every letter",
        _SHOP,
        "test_monthly",
        "cell",
        (
            "shop/report.py",
            "    return str(value)",
            "    for letter in str(value):\n        letter.upper()\n    return str(value)",
        ),
    ),
    here(
        "an encoder with an indent",
        _SHOP,
        "test_monthly",
        "encode",
        ("shop/report.py", "json.dumps(rows)", "json.dumps(rows, indent=1)"),
    ),
    here(
        "tokens are filtered",
        _TEXT,
        "test_add",
        "tokens",
        (
            "text/words.py",
            "WORD.findall(text.lower())]",
            "WORD.findall(text.lower()) if word.isalpha() and word.islower()]",
        ),
    ),
    Fault(
        name="more endings",
        package=_TEXT,
        benchmark="test_add",
        functions=("normalize",),
        edits=(("text/words.py", '"ly", "s")', '"ly", "est", "er", "ness", "ment", "ful", "less", "s")'),),
        kinds=("called-with-more", "changed-here"),
        changed="normalize",
    ),
    Fault(
        name="scores for two names",
        package=_TEXT,
        benchmark="test_search",
        functions=("Index.score", "Index.search"),
        kinds=("called-more-often", "changed-here"),
        changed="Index.search",
        edits=(("text/index.py", "for name, count in counts.items():", "for name, count in [*counts.items()] * 2:"),),
    ),
    here(
        "the best are sorted twice",
        _TEXT,
        "test_search",
        "best",
        (
            "text/index.py",
            "    return sorted(scores.items()",
            "    scores = dict(sorted(scores.items(), key=lambda item: -item[1]))\n    return sorted(scores.items()",
        ),
    ),
    here(
        "grams letter by letter",
        _TEXT,
        "test_nearest",
        "grams",
        ("text/words.py", "[word[i : i + size] for i", '["".join([word[i + j] for j in range(size)]) for i'),
    ),
    here(
        "similar sorts",
        _TEXT,
        "test_nearest",
        "similar",
        ("text/index.py", "    one, two = set", "    sorted(first * 20)\n    sorted(second * 20)\n    one, two = set"),
    ),
    called(
        "nearest both ways",
        _TEXT,
        "test_nearest",
        ("similar", "grams"),
        "nearest",
        (
            "text/index.py",
            "key=lambda other: similar(word, other))",
            "key=lambda other: (similar(word, other), similar(other, word)))",
        ),
    ),
    here(
        "justify looks at every piece",
        _TEXT,
        "test_page",
        "justify",
        ("text/layout.py", "    wide = [", "    for piece in pieces:\n        piece.strip().ljust(20)\n    wide = ["),
    ),
    here(
        "page splits again",
        _TEXT,
        "test_page",
        "page",
        (
            "text/layout.py",
            "wrap(text.split(), width)",
            'wrap(" ".join(" ".join(text.split()).split()).split(), width)',
        ),
    ),
    here(
        "wrap counts letters",
        _TEXT,
        "test_page",
        "wrap",
        ("text/layout.py", "if len(line) + 1", "if sum(1 for _ in line) + 1"),
    ),
    here(
        "add counts words",
        _TEXT,
        "test_add",
        "Index.add",
        (
            "text/index.py",
            "            self.places.setdefault",
            "            found.count(word)\n            self.places.setdefault",
        ),
    ),
    here(
        "check sorts what is known",
        _FLOW,
        "test_parse",
        "check",
        ("flow/parse.py", "name in KNOWN for", "name in sorted(KNOWN) for"),
    ),
    called(
        "weighed three times",
        _FLOW,
        "test_async",
        ("weight",),
        "handle",
        ("flow/run.py", "    return weight(record)", "    return weight(record) + weight(record) - weight(record)"),
    ),
    here(
        "the cache looks through a list",
        _FLOW,
        "test_parse",
        "Cache.get",
        ("flow/cache.py", "if key not in self.entries:", "if key not in [*self.entries] * 9:"),
    ),
    here(
        "merged sorts again",
        _FLOW,
        "test_smooth",
        "merged",
        (
            "flow/run.py",
            "    return sorted(result)",
            "    result.sort(key=lambda value: -value)\n    return sorted(result)",
        ),
    ),
    called(
        "smooth twice",
        _FLOW,
        "test_smooth",
        ("windows", "merged"),
        "smooth",
        (
            "flow/run.py",
            "    return windows(merged(sides), size)",
            "    return windows(merged([windows(merged(sides), size)]), size)",
        ),
    ),
)

HOT = {
    ("shop", "test_total"): ("shop/money.py", "def convert(amount, code):\n"),
    ("shop", "test_missing"): ("shop/orders.py", "    def missing(self, wanted):\n"),
    ("shop", "test_monthly"): ("shop/report.py", "def cell(value):\n"),
    ("text", "test_add"): ("text/words.py", "def normalize(word):\n"),
    ("text", "test_search"): ("text/index.py", "    def score(self, word, name, count):\n"),
    ("text", "test_nearest"): ("text/index.py", "def similar(first, second):\n"),
    ("text", "test_page"): ("text/layout.py", "def justify(line, width):\n"),
    ("flow", "test_parse"): ("flow/parse.py", "def check(record):\n"),
    ("flow", "test_async"): ("flow/run.py", "def weight(record):\n"),
    ("flow", "test_smooth"): ("flow/run.py", "def windows(values, size):\n"),
}
"""A function that each benchmark spends its time in: its file, and the line that defines it."""


def _functions(count: int) -> str:
    return "\n\n" + "\n\n".join(f"def unused_{i}(a, b={i}):\n    return [a, b][{i} % 2]" for i in range(count)) + "\n"


def _neutral(package: str, benchmark: str) -> dict[str, tuple[Edit, ...]]:
    file, line = HOT[package, benchmark]
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    table = "\nTABLE = {\n" + "".join(f'    "key-{i}": ({i}, "{i * i}"),\n' for i in range(200)) + "}\n"
    return {
        "seven functions below": ((file, "", _functions(7)),),
        "forty functions below": ((file, "", _functions(40)),),
        "a class below": ((file, "", "\n\nclass Unused:\n    def first(self):\n        return self\n"),),
        "a table": ((file, "", table),),
        "comments around": ((file, line, f"{indent[4:]}# More about it.\n{indent[4:]}# And more.\n{line}"),),
        "another module": ((f"{package}/unused.py", "", _functions(30)), (file, "", f"\n\nimport {package}.unused\n")),
        "a docstring": ((file, line, f'{line}{indent}"""Do what the name says."""\n'),),
        "another test": ((f"test_{package}.py", "", "\n\ndef test_unused():\n    assert 1 + 1 == 2\n"),),
    }


MORE_NEUTRAL: tuple[tuple[str, str, str, tuple[Edit, ...]], ...] = tuple(
    (f"{benchmark}, {what}", package, benchmark, edits)
    for package, benchmark in HOT
    for what, edits in _neutral(package, benchmark).items()
)
