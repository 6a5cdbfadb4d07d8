"""Thin commands: they parse, wire, count and set the exit code. One module a group, imported when called."""
