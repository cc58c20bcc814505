"""How alike two texts are."""

SMOOTHING_PASSES = 40
SHINGLE_SEEDS = 100


def edit_distance(left, right):
    """Count the insertions, deletions and replacements that lead from one text to the other (Levenshtein)."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def smooth(weights, passes=SMOOTHING_PASSES):
    """Average each weight with its neighbours, ``passes`` times over."""
    values = list(weights)
    for _ in range(passes):
        values = [(a + 2 * b + c) / 4 for a, b, c in zip(values[-1:] + values, values, values[1:] + values[:1])]
    return values


def signature(words, seeds=SHINGLE_SEEDS):
    """Give a min-hash signature: the share of equal entries in two of them estimates how alike two texts are."""
    keys = [sum(map(ord, word)) * 2654435761 for word in set(words)]
    return [min((key ^ (seed * 40503)) % 1000003 for key in keys) for seed in range(seeds)]
