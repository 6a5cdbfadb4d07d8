"""The watch on a work terminal: a supervisor, a watcher without models, a worker that comes and goes."""
