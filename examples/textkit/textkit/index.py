"""An index of documents: which words are where."""

from collections import defaultdict


def build(documents):
    """Map each word to the sorted numbers of the documents that hold it."""
    index = defaultdict(set)
    for number, words in enumerate(documents):
        for word in words:
            index[word].add(number)
    return {word: sorted(numbers) for word, numbers in index.items()}


def search(index, *words):
    """Give the documents that hold all the words."""
    found = [set(index.get(word, ())) for word in words]
    return sorted(set.intersection(*found)) if found else []
