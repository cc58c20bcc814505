"""A small library for texts: enough real work to have a performance worth guarding."""
