"""The lines that a diff changed."""

from __future__ import annotations

from reporter.decide.changed_lines import Lines, parse

HEAD = "diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n"


def test_hunks_are_lines_of_the_head() -> None:
    found = parse(f"{HEAD}@@ -3 +3 @@ def f():\n-    a\n+    b\n@@ -9,0 +10,2 @@\n+c\n+d\n")
    assert found.files == {"x.py": [Lines(3, 3), Lines(10, 11)]}


def test_what_a_changed_line_says_is_not_read() -> None:
    hostile = "-++ b/evil.py\n-@@ -1 +1 @@\n+++ b/evil.py\n+@@ -7 +7 @@\n"
    found = parse(f"{HEAD}@@ -1,2 +1,2 @@\n{hostile}@@ -5 +5 @@\n-x\n+y\n")
    assert found.files == {"x.py": [Lines(1, 2), Lines(5, 5)]}


def test_a_missing_end_of_line_is_no_line() -> None:
    end = "\\ No newline at end of file\n"
    found = parse(
        f"{HEAD}@@ -4 +4,2 @@\n-a\n{end}+a\n+b\n{end}diff --git a/y b/y\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b"
    )
    assert found.files == {"x.py": [Lines(4, 5)], "y": [Lines(1, 1)]}


def test_files_that_are_gone_or_not_text_have_no_lines() -> None:
    gone = "diff --git a/x.py b/x.py\ndeleted file mode 100644\n--- a/x.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n"
    assert parse(gone + "diff --git a/p.png b/p.png\nBinary files a/p.png and b/p.png differ\n").files == {}


def test_paths_are_read_as_git_quotes_them() -> None:
    quoted = '+++ "b/gr\\303\\266\\"\\tx.py"\n@@ -1 +1 @@\n-a\n+b\n'
    spaced = "+++ b/a file.py\t\n@@ -1 +1 @@\n-a\n+b\n"
    assert set(parse(quoted + spaced).files) == {'grö"\tx.py', "a file.py"}


def test_a_decorator_that_is_gone_counts_for_what_it_decorated() -> None:
    found = parse(f"{HEAD}@@ -5 +4,0 @@\n-@cache\n")
    assert found.within("x.py", 5, 8) == Lines(5, 4)
    assert found.within("x.py", 6, 8) is None
    assert found.within("y.py", 5, 8) is None


def test_the_part_inside_of_a_function() -> None:
    assert Lines(1, 100).inside(20, 30) == Lines(20, 30)
    assert Lines(25, 26).inside(20, 30) == Lines(25, 26)
    assert Lines(20, 19).inside(20, 30) == Lines(20, 20)
    assert Lines(31, 30).inside(20, 30) == Lines(30, 30)


def test_a_function_that_is_gone_counts_for_none_of_its_neighbours() -> None:
    found = parse(f"{HEAD}@@ -5,3 +4,0 @@\n-def gone():\n-    pass\n-\n")
    assert found.within("x.py", 5, 8) is None
    assert found.within("x.py", 1, 4) is None
    assert found.within("x.py", 1, 8) is not None


def test_last_lines_that_are_gone_count_for_their_function() -> None:
    found = parse(f"{HEAD}@@ -5,2 +4,0 @@\n-    b()\n-    c()\n")
    assert found.within("x.py", 1, 4) is not None
