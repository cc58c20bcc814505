"""The server that the benchmark command talks to: started afresh for every run, and stopped after it."""
