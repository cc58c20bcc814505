"""A small text library. ``PASSES`` is what a planted slowdown changes; nothing here depends on the hash seed."""

PASSES = 10


def lengths(text):
    counts = [0] * 20
    for _ in range(PASSES):
        counts = [0] * 20
        for word in text.split():
            counts[len(word)] += 1
    return counts


def longest(text):
    best = ""
    for _ in range(10):
        best = ""
        for word in text.split():
            if len(word) > len(best):
                best = word
    return best


def capitals(text):
    parts = []
    for _ in range(10):
        parts = []
        for word in text.split():
            parts.append(word[0].upper() + word[1:])
    return " ".join(parts)
