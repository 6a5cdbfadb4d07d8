"""Detectors of Japanese personal data: text → matches. Knows nothing of files, policies or the scanner.

``build_analyzer`` gives the Presidio face; ``Engine`` is the same without Presidio. Importing this package loads no
model and none of the heavy libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detectors.presidio import Analyzer

__all__ = ["build_analyzer"]


def build_analyzer(depth: str = "balanced") -> Analyzer:
    """An analyzer whose ``analyze(text)`` returns ``presidio_analyzer.RecognizerResult`` objects.

    ``depth``: ``quick`` (rules and lists), ``balanced`` (default, the tagger besides) or ``thorough`` (a pretrained encoder reads again where
    the tagger is in doubt).
    Raises ``ValueError`` for another depth.
    """
    from detectors.presidio import Analyzer

    return Analyzer(depth)
