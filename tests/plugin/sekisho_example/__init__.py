"""A package beside Sekisho that adds an identifier, a format and a finding code; what docs/extending.md shows."""
