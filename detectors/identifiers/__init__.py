"""Identifiers of Japanese persons: one module a family.

To add one, write a module here with a ``SPECS`` tuple (``NumberSpec``, ``LabelledSpec`` or ``PatternSpec``) and an
``EXAMPLES`` tuple of (text, expected entities). The registry finds the module by itself, a test runs its examples.
"""
