"""``make bench-detect``: quality and speed of detection beside Presidio + ja_ginza and the peers, in one run.

Every system runs in a process of its own on the same texts: the test part of our labelled set, clean text, and, where
they are given, open sentences with gold names. Times are CPU seconds of that process with one thread; what counts is
the ratio to Presidio + ja_ginza of the same run.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.handwritten import handwritten
from benchmarks.office_set import documents
from benchmarks.peers import PEERS, Finder, ours, presidio_ginza
from benchmarks.score import Score

SHOWN = ("PERSON", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS", "JP_MY_NUMBER", "DATE_OF_BIRTH", "JP_POSTAL_CODE")
OURS = ("quick", "balanced", "thorough")


def finder(system: str) -> Finder:
    """The system by name; raises ImportError where a peer is not installed."""
    if system in OURS:
        return ours(system)
    return presidio_ginza() if system == "presidio+ja_ginza" else PEERS[system]()


def identifiers_speed(texts: list[str]) -> list[float]:
    """MB (UTF-8) a CPU second of identifiers and addresses alone, for each text."""
    from detectors.engine import Engine
    from detectors.registry import registry

    engine = Engine("quick")
    engine.warm()
    entities = {s.entity for s in registry().specs} | {"JP_ADDRESS", "DATE_OF_BIRTH"}
    speeds = []
    for text in texts:
        engine.analyze(text, names=False, entities=entities)
        began = time.process_time()
        for _ in range(5):
            engine.analyze(text, names=False, entities=entities)
        speeds.append(5 * len(text.encode()) / 1e6 / (time.process_time() - began))
    return speeds


def measure(system: str, sentences: Path | None, part: str) -> dict[str, object]:
    """All figures of one system."""
    find = finder(system)
    slow = system not in ("quick", "balanced")
    find("暖機 山田太郎")
    gc.collect()
    gc.freeze()  # as our scans do after loading; for every system, so that none pays for walking its models
    score, clean, clean_chars, flagged = Score(), 0, 0, 0
    began, chars = time.process_time(), 0
    for document in documents(part):
        found = find(document.text)
        chars += len(document.text)
        score.add(document.spans, found)
        if document.kind.startswith("clean_"):
            alarms = [f for f in found if f[0] in SHOWN or f[0].startswith(("JP_", "CREDIT"))]
            clean, clean_chars, flagged = clean + len(alarms), clean_chars + len(document.text), flagged + bool(alarms)
    office_seconds = time.process_time() - began
    office_chars = chars
    if not slow:  # more of the same, so that a quick system is measured over more than a blink
        texts = ["\n".join(d.text for d in documents(part))] * 6
        began = time.process_time()
        for text in texts:
            find(text)
        office_seconds, office_chars = time.process_time() - began, sum(map(len, texts))
    prose, prose_seconds, prose_chars = Score(), 0.0, 0
    if sentences is not None:
        items = [json.loads(line) for line in sentences.read_text(encoding="utf-8").splitlines()]
        began = time.process_time()
        for item in items:
            gold = [("PERSON", s["start"], s["end"]) for s in item["spans"] if s["label"] == "PERSON"]
            prose.add(gold, [f for f in find(item["text"]) if f[0] == "PERSON"])
            prose_chars += len(item["text"])
        prose_seconds = time.process_time() - began
        if not slow:
            text = "\n".join(i["text"] for i in items) * 10
            began = time.process_time()
            find(text)
            prose_seconds, prose_chars = time.process_time() - began, len(text)
    hand = Score()
    for document in handwritten(part):
        hand.add([s for s in document.spans if s[0] in SHOWN], [f for f in find(document.text) if f[0] in SHOWN])
    alone: list[float] = []
    if system == "quick":
        prose_text = "\n".join(i["text"] for i in items) if sentences is not None else ""
        alone = identifiers_speed(list(filter(None, ["\n".join(d.text for d in documents(part)), prose_text * 3])))
    return {
        "system": system,
        "identifiers": [round(s, 1) for s in alone],
        "f1": {e: round(score.entities[e].f1(), 3) for e in SHOWN},
        "relaxed": {e: round(score.entities[e].f1(relaxed=True), 3) for e in SHOWN},
        "other": {e: round(c.f1(), 3) for e, c in sorted(score.entities.items()) if e not in SHOWN and c.gold},
        "micro": round(score.micro().f1(), 3),
        "false_alarms_per_100k": round(clean / max(1, clean_chars) * 100_000, 1),
        "clean_flagged": flagged,
        "hand_person": round(hand.entities["PERSON"].f1(), 3),
        "hand": round(hand.micro().f1(), 3),
        "prose_person": round(prose.entities["PERSON"].f1(), 3),
        "office_speed": office_chars / max(1e-6, office_seconds),
        "prose_speed": prose_chars / max(1e-6, prose_seconds) if prose_chars else 0.0,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Detection beside the peers.")
    parser.add_argument("--sentences", type=Path, help="open sentences with gold names, one JSON object a line")
    parser.add_argument("--part", choices=("dev", "test"), default="test")
    parser.add_argument("--only", help="one system (used for its own process)")
    parser.add_argument("--skip", default="", help="systems to leave out, separated by commas")
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(measure(arguments.only, arguments.sentences, arguments.part), ensure_ascii=False))
        return
    rows = []
    skipped = set(filter(None, arguments.skip.split(",")))
    for system in ("presidio+ja_ginza", *OURS, *PEERS):
        if system in skipped:
            continue
        command = [sys.executable, "-m", "benchmarks.detect", "--only", system, "--part", arguments.part]
        command += ["--sentences", str(arguments.sentences)] if arguments.sentences else []
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        if done.returncode:
            print(f"{system}: left out ({done.stderr.strip().splitlines()[-1][:120] if done.stderr else 'failed'})")
            continue
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(f"{system}: measured", flush=True)
    _print(rows)
    _print_alone(rows)


def _print_alone(rows: list[dict[str, object]]) -> None:
    alone = next((r["identifiers"] for r in rows if r["identifiers"]), [])
    print(f"identifiers and addresses alone (office, prose), MB/s: {alone}")


def _print(rows: list[dict[str, object]]) -> None:
    base = next((r for r in rows if r["system"] == "presidio+ja_ginza"), None)
    print("\nstrict F1 (relaxed)      " + "".join(f"{e:>18}" for e in SHOWN) + f"{'all':>8}")
    for row in rows:
        cells = "".join(f"{row['f1'][e]:>10.3f} ({row['relaxed'][e]:.2f})" for e in SHOWN)
        print(f"{row['system']:<25}{cells}{row['micro']:>8}")
    print(
        "\nother identifiers (ours, balanced): "
        + str(next((r["other"] for r in rows if r["system"] == "balanced"), {}))
    )
    print(
        f"\n{'':<25}{'by hand PERSON':>16}{'shown':>7}{'prose PERSON':>14}{'clean/100k':>12}{'office ch/s':>14}{'ratio':>8}{'prose ch/s':>14}{'ratio':>8}{'peak MB':>9}"
    )
    for row in rows:
        ratio = [row[k] / base[k] if base and base[k] else 0.0 for k in ("office_speed", "prose_speed")]
        print(
            f"{row['system']:<25}{row['hand_person']:>16}{row['hand']:>7}{row['prose_person']:>14}{row['false_alarms_per_100k']:>12}{row['office_speed']:>14,.0f}"
            f"{ratio[0]:>8.0f}{row['prose_speed']:>14,.0f}{ratio[1]:>8.0f}{row['peak_mb']:>9}"
        )


if __name__ == "__main__":
    main()
