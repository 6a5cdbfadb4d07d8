"""Small files that cost a reader much, of every format: one module a family, each made in well under a second.

``tests/scanner/hostile.py`` puts them together; ``python -m benchmarks.hostile`` scans them all and measures.
"""
