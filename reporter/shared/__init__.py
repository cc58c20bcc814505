"""What measure, the reporter and the gate share: texts of strangers. Standard library only, Python 3.9 and later."""
