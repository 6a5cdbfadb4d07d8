"""A seeded set of invented documents that covers every pair of conditions under which a text may stand.

``documents(count)`` gives the same documents on every machine. What is worth knowing is not one total but the pairs: a system that
is good at tables and good at scanned text may still fail at scanned tables. Nothing in this set is used for training.
"""

from benchmarks.yardstick.build import documents

__all__ = ["documents"]
