"""Processes that can do little: how they are started and confined, and how they are spoken to."""
