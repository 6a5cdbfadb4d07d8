"""Prepared corrections: a move into the agreed place, or an erasure, ordered by two people (``docs/correct.md``)."""
