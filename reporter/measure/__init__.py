"""Run the benchmark command as fresh processes and write down what happened: ``measure.json`` beside the result files.

Standard library only, Python 3.9 and later, because it runs in the user's own environment on the user's machine.
"""
