"""SARIF 2.1.0 of one scan: a result per file, entity and check, located in the file, without any value."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TextIO

from scanner import __version__
from scanner.messages import t
from scanner.model import PERSON, Outcome
from scanner.paths import names
from scanner.printable import in_json
from scanner.report import wording
from scanner.report.kinship import everywhere, evidence
from scanner.report.writers import settled_codes

if TYPE_CHECKING:
    from scanner.custody.locations import Location
    from scanner.report.summary import Summary

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Sarif:
    """Collects results (kinds, counts and places only) and writes one document at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._results: list[dict[str, Any]] = []
        self._rules: set[str] = set()
        self._notes: list[dict[str, Any]] = []

    def add(self, outcome: Outcome) -> None:
        uri = names.uri(outcome.ref.display)
        if outcome.contents.reason is not None and outcome.contents.reason != "empty":
            text = f"{wording.reason(outcome.contents.reason.value)}: {wording.advice(outcome.contents.reason.value)}"
            self._notes.append({"level": "warning", "message": {"text": text}, "locations": [_location(uri, "")]})
        for finding in outcome.contents.findings:
            self._rules.add(finding.entity)
            whose = "" if finding.about == PERSON else f"\0{finding.about}"
            identity = f"{outcome.ref.display}\0{finding.entity}\0{finding.check}\0{finding.category}{whose}".encode()
            self._results.append(
                {
                    "ruleId": finding.entity,
                    "level": "error" if outcome.points and finding.about == PERSON else "note",
                    "message": {
                        "text": t(
                            "sarif.message",
                            entity=wording.entity(finding.entity),
                            count=finding.count,
                            verdict=wording.verdict(outcome.verdict.kind.value),
                        )
                    },
                    "locations": [_location(uri, place) for place in finding.where[:10] or ("",)],
                    "partialFingerprints": {"sekisho/v1": hashlib.sha256(identity).hexdigest()[:32]},
                    "properties": {
                        "check": finding.check,
                        "score": finding.score,
                        "about": finding.about,
                        "points": list(outcome.points),
                    },
                }
            )

    def end(self, summary: Summary) -> None:
        settled = {names.uri(path): codes for path, codes in settled_codes(summary).items()}
        for result in self._results:
            codes = settled.get(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
            if codes and result["properties"]["about"] == PERSON:
                result["level"] = "error"
                result["properties"]["points"] = sorted({*result["properties"]["points"], *codes})
        for family in summary.families:
            for location in everywhere(family):
                for code in family.points.get(location.file_id, ()):
                    self._copy(code, location, family.original.media_type)
        rules = [
            {"id": e, "shortDescription": {"text": wording.point(e) if e[:1] == "F" else wording.entity(e)}}
            for e in sorted(self._rules)
        ]
        run = {
            "tool": {"driver": {"name": "Sekisho", "version": __version__, "rules": rules}},
            "results": self._results,
            "invocations": [
                {"executionSuccessful": not summary.interrupted, "toolExecutionNotifications": self._notes}
            ],
            "columnKind": "unicodeCodePoints",
        }
        document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
        self._stream.write(in_json(json.dumps(document, ensure_ascii=False)) + "\n")
        self._stream.flush()

    def _copy(self, code: str, location: Location, original_type: str) -> None:
        self._rules.add(code)
        identity = f"{location.path}\0{code}".encode("utf-8", "surrogateescape")
        self._results.append(
            {
                "ruleId": code,
                "level": "error",
                "message": {"text": f"{wording.point(code)} {evidence(location, original_type)}"},
                "locations": [_location(names.uri(location.path), "")],
                "partialFingerprints": {"sekisho/v1": hashlib.sha256(identity).hexdigest()[:32]},
            }
        )


def _location(uri: str, place: str) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": uri}}}
    if place:
        location["logicalLocations"] = [{"fullyQualifiedName": place}]
    return location
