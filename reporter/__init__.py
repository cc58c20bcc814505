"""The companion reporter: one folder per stage, data flows one way through them."""

__version__ = "0.1.0"
