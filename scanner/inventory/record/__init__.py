"""The record as evidence: its tree, its key, what was observed sealed row by row, checkpoints, and the verification of all that."""
