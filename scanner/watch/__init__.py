"""The watch on a work terminal: a supervisor, a watcher without models, a worker that comes and goes."""

EXIT_FULL = 75
"""A part ends with this where the disk of the state folder is full."""
