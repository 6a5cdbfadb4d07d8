"""All features, in the order in which their modules define them."""

from __future__ import annotations

from detectors.evidence import listed, placed, tagged, told, touching, written
from detectors.evidence.feature import FEATURES, Feature

MODULES = (tagged, written, listed, touching, placed, told)
ALL: tuple[Feature, ...] = tuple(FEATURES)
QUICK: tuple[Feature, ...] = tuple(one for one in FEATURES if not one.tagged)
"""What can be said without the tagger."""
