"""Record the texts of wrk2 beside this one, with a wrk2 on the path under that name.

It was made with ``make`` from github.com/giltene/wrk2 at 44a94c1. Only the address of the server is replaced.
"""

from __future__ import annotations

from record_wrk import record

if __name__ == "__main__":
    record("wrk2-latency.txt", "wrk2", "-t1", "-c2", "-d3s", "-R30", "--latency", "/")
    record("wrk2-both.txt", "wrk2", "-t1", "-c2", "-d3s", "-R30", "--u_latency", "/orders")
    record("wrk2-broken.txt", "wrk2", "-t1", "-c2", "-d2s", "-R30", "/broken")
    record("wrk2-short.txt", "wrk2", "-t1", "-c1", "-d1s", "-R1", "--latency", "/")
