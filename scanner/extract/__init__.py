"""Bytes → located blocks of text. Formats are modules here; ``pool`` runs them in a child process with limits."""
