"""Keep documents in files."""

import json


def save(path, documents):
    """Write the documents, one JSON text to a line."""
    with open(path, "w", encoding="utf-8") as file:
        for words in documents:
            file.write(json.dumps(words) + "\n")


def load(path):
    """Read what ``save`` wrote."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]
