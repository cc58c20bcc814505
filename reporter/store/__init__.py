"""Baselines that outlive a job: their compact form, the history that travels with them, the folder they live in."""

from __future__ import annotations

from reporter.store.directory import DirectoryStore, Missing
from reporter.store.source import with_age

__all__ = ["DirectoryStore", "Missing", "with_age"]
