"""How the stages are driven: what is measured first, what next, and when it ends; for `run` and for the action."""
