"""Measurements: detection quality and speed beside the peers, extraction beside other readers."""
