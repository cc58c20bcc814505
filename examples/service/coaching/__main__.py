"""``python -m coaching`` serves on BENCHVERDICT_PORT, or on PORT, or on 8000.

The address is BENCHVERDICT_HOST, or the loopback one.
"""

from __future__ import annotations

import os

import uvicorn

port = int(os.environ.get("BENCHVERDICT_PORT") or os.environ.get("PORT") or 8000)
host = os.environ.get("BENCHVERDICT_HOST") or "127.0.0.1"
uvicorn.run("coaching.app:app", host=host, port=port, log_level="warning", access_log=False)
