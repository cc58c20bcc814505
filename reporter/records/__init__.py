"""Every JSON file of ours as frozen types: one module for each schema of ``schemas/``.

``schemas/`` is what others read, with descriptions; a test holds its files against the types. ``reading`` checks what a
stranger may have written, ``writing`` makes valid what we write.
"""
