"""A hub and its terminals without a network: for tests, for chaos, for load."""
