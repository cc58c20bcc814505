"""What ``init`` looks for: one module for each benchmark tool, listed in ``registry``."""
