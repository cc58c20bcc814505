"""``benchverdict site``: the saved history as a static site.

``reading`` puts a suite's sessions into columns, ``levels`` finds where they changed, ``records`` and the modules of
pages say what each page shows, and ``folder`` puts the whole site in place or nothing of it.
"""
