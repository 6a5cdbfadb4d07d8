"""Blocks to findings, without a value in them."""
