"""The overview page: what to do today first, what changed, where things are; one self-contained HTML file for A4 and for screens."""

from scanner.report.overview.page import build

__all__ = ["build"]
