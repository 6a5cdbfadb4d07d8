"""All reports by number: ours, then those of plug-ins. Modules are imported when a form is made."""

from __future__ import annotations

from collections.abc import Iterable

from detectors.plugins import loaded, refuse_taken
from scanner.report.forms.spec import FormSpec, ReportSpec
from scanner.report.forms.table import OURS


def _together(added: tuple[FormSpec, ...]) -> dict[str, ReportSpec]:
    """Raises ``PluginBroken`` where a plug-in brings a number or a name that there is."""
    refuse_taken("forms", map(_words, added), (word for spec in OURS for word in _words(spec)))
    return {spec.number: spec for spec in (*OURS, *added)}


def _words(spec: ReportSpec) -> Iterable[str]:
    return [word.casefold() for word in spec.names]


REPORTS: dict[str, ReportSpec] = _together(loaded("forms"))
"""Number → everything that ``report`` can make."""
FORMS: dict[str, FormSpec] = {
    number: spec for number, spec in REPORTS.items() if isinstance(spec, FormSpec) and not spec.inside
}
"""Number → the forms of a contract, in order."""


def form(number: str) -> FormSpec:
    """A form, also one that stays inside; raises ``KeyError``."""
    spec = REPORTS[number]
    if not isinstance(spec, FormSpec):
        raise KeyError(number)
    return spec


def of_article(article: int) -> list[str]:
    """Numbers of what reports on an article, in order."""
    return [number for number, spec in REPORTS.items() if article in spec.articles]
