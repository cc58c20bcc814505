"""What users of textkit wait for."""

import random

import pytest
from textkit import index, similarity, storage, words

SYLLABLES = ["ba", "co", "di", "fu", "ga", "he", "ki", "lo", "mu", "ne", "po", "ra", "si", "tu", "we", "zo"]


@pytest.fixture(scope="module")
def documents():
    generator = random.Random(7)
    vocabulary = ["".join(generator.choices(SYLLABLES, k=generator.randint(1, 4))) for _ in range(600)]
    return [generator.choices(vocabulary, k=120) for _ in range(60)]


@pytest.fixture(scope="module")
def text(documents):
    return " ".join(word.title() + "," for words in documents[:20] for word in words)


def test_tokenize(benchmark, text):
    assert len(benchmark(words.tokenize, text)) == 2400


def test_frequencies(benchmark, documents):
    flat = [word for document in documents for word in document]
    assert len(benchmark(words.frequencies, flat)) == 20


@pytest.mark.parametrize("length", [8, 40])
def test_slug(benchmark, text, length):
    assert benchmark(words.slug, " ".join(text.split()[:length])).count("-") == length - 1


def test_edit_distance(benchmark):
    assert benchmark(similarity.edit_distance, "performance verdict" * 2, "perfect forecasting" * 2) > 10


def test_smooth(benchmark):
    weights = [i % 17 for i in range(200)]
    assert sum(benchmark(similarity.smooth, weights)) == pytest.approx(sum(weights))


def test_signature(benchmark, documents):
    assert len(benchmark(similarity.signature, documents[0])) > 10


def test_build_index(benchmark, documents):
    assert benchmark(index.build, documents)


def test_search(benchmark, documents):
    built = index.build(documents)
    assert benchmark(index.search, built, documents[0][0], documents[0][1])[0] == 0


def test_save_and_load(benchmark, documents, tmp_path):
    path = tmp_path / "documents.jsonl"

    def round_trip():
        storage.save(path, documents[:20])
        return storage.load(path)

    assert len(benchmark(round_trip)) == 20


def test_allocate(benchmark):
    assert benchmark(lambda: [[number] * 8 for number in range(2000)])[-1][0] == 1999
