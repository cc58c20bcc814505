"""Split texts and count what is in them."""

import re
from collections import Counter

WORD = re.compile(r"[^\W\d_]+")


def tokenize(text):
    """Give the words of a text in lower case, in order."""
    return [word.lower() for word in WORD.findall(text)]


def frequencies(words, top=20):
    """Give the most common words with their counts."""
    return Counter(words).most_common(top)


def slug(title):
    """Make a title fit for an address: ``Hello, World!`` becomes ``hello-world``."""
    return "-".join(tokenize(title))
