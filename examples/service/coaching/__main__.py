"""``python -m coaching`` serves on BENCHVERDICT_PORT, or on PORT, or on 8000, on the loopback address."""

from __future__ import annotations

import os

import uvicorn

port = int(os.environ.get("BENCHVERDICT_PORT") or os.environ.get("PORT") or 8000)
uvicorn.run("coaching.app:app", host="127.0.0.1", port=port, log_level="warning", access_log=False)
