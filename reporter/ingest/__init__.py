"""Result files of any benchmark tool in, suites in base units out. ``docs/formats.md`` says how to add a format."""

from __future__ import annotations

from reporter.ingest.assemble import assemble
from reporter.ingest.read import read_file
from reporter.ingest.reading import Declared, Document, FileReading, Format, Reading

__all__ = ["Declared", "Document", "FileReading", "Format", "Reading", "assemble", "read_file"]
