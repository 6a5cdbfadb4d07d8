"""Verification of a pack by people who have nothing but the pack: one Python file and one HTML page, joined from this room."""
