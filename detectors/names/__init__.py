"""Names of persons: rules on lists and labels, a small tagger of our own, GiNZA where a line needs it."""
