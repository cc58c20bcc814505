"""A suite for counts of instructions: many kinds of work, and those that cannot be counted."""
