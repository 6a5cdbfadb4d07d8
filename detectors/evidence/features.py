"""All features, module by module in the order in which they are defined, whichever was imported first."""

from __future__ import annotations

from detectors.evidence import fields, labelled, listed, placed, repeated, segmented, tagged, told, touching, written
from detectors.evidence.feature import FEATURES, Feature

MODULES = (tagged, written, listed, touching, labelled, placed, fields, repeated, told, segmented)
_NAMES = [module.__name__ for module in MODULES]
ALL: tuple[Feature, ...] = tuple(sorted(FEATURES, key=lambda one: _NAMES.index(one.compute.__module__)))
QUICK: tuple[Feature, ...] = tuple(one for one in ALL if not one.tagged)
"""What can be said without the tagger."""
