"""Baselines that outlive a job: their compact form, the history that travels with them, the folder they live in."""

from __future__ import annotations

from reporter.store.directory import DirectoryStore, Missing

__all__ = ["DirectoryStore", "Missing"]
