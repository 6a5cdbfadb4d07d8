"""Accounts of the console: who has which role in which contract, and the links by which people come in."""
