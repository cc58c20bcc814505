"""The evaluation of the verdicts: recorded runs, other tools' rules, and worlds whose truth is known.

The engine is used only through ``reporter.decide.judge``, as the product uses it. ``README.md`` beside this file says
what is drawn and how; ``python -m benchmarks.evaluate --help`` what can be asked for.
"""
