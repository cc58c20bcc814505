"""Record the files of artillery 1 beside this one, with artillery 1.7.9 on the path (``npm install artillery@1.7.9``).

Only the address of the server is replaced.
"""

from __future__ import annotations

from record_artillery import record

from tests.shop import shop

if __name__ == "__main__":
    with shop() as host:
        record("first-version.json", host, "/")
        record("first-version-broken.json", host, "/broken")
    record("first-version-unreachable.json", "http://127.0.0.1:9", "/")
