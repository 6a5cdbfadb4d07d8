"""Which rules an answer was made under: a number over all that can change one, computed, never raised by hand."""
