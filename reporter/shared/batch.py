"""What a measured run is for, as ``measure.json`` numbers it."""

from enum import IntEnum


class Batch(IntEnum):
    """The first look or all pairs of a comparison, further runs of the head, or pairs of one commit and itself."""

    FIRST = 0
    AGAIN = 1
    AGAINST_ITSELF = 2
