"""The sub-commands: each opens files, calls the stages, and returns an exit code."""
