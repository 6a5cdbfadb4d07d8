"""Promise 1 for places: 500 names that are values, in every kind of file that has names inside, and nothing of them in the
state folder, in any report or on the terminal, in any encoding."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ahocorasick_rs import BytesAhoCorasick

from tests.conftest import Sekisho
from tests.scanner import planted_names
from tests.scanner.officer import POLICY

_SHORTEST = 6
"""Bytes that do not come about by chance in some megabytes of hashes."""


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _unpacked(archive.read(name))


def _found(names: list[str], texts: dict[str, bytes]) -> list[tuple[str, str]]:
    owners = {needle: name for name in names for needle in planted_names.needles(name) if len(needle) >= _SHORTEST}
    order = list(owners)
    machine = BytesAhoCorasick(order)
    return [
        (where, owners[order[index]])
        for where, data in texts.items()
        for piece in _unpacked(data)
        for index, _, _ in machine.find_matches_as_indexes(piece, overlapping=True)
    ]


def test_the_search_finds_what_is_planted() -> None:
    """The files themselves hold every name: the needles are the right ones."""
    names = planted_names.values()
    for encoded in (lambda n: n.encode(), lambda n: n.encode("utf-16-le"), lambda n: n.encode("utf-7")):
        found = {name for _, name in _found(names, {"x": b"\n".join(map(encoded, names))})}
        assert {name for name in names if len(name) > 2} <= found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_planted_name_is_kept_anywhere(sekisho: Sekisho, tmp_path: Path) -> None:
    names = planted_names.write(tmp_path / "tree")
    home, out = tmp_path / "home", tmp_path / "out"
    out.mkdir()
    (tmp_path / "store").mkdir()
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.format(more="", contract=""), encoding="utf-8")
    texts: dict[str, bytes] = {}

    def run(*words: object) -> str:
        done = sekisho(*words, "--home", home)
        assert done.code in (0, 1, 3), (words, done.err)
        texts[" ".join(map(str, words))] = (done.out + done.err).encode("utf-8", "surrogateescape")
        return done.out

    for style in ("jsonl", "table", "json", "csv", "sarif"):  # the first reads, the others tell what is remembered
        run("scan", tmp_path / "tree", "-p", policy, "--depth", "quick", "--format", style)
    found = texts[f"scan {tmp_path / 'tree'} -p {policy} --depth quick --format jsonl"].decode()
    for made in (
        "sheet 1!",
        "member 2",
        "attachment 1",
        "table 1",
        "object 1",
        "truncated: member",
        "unsupported: member",
    ):
        assert made in found, made
    run("points")
    for line in run("points", "--format", "jsonl").splitlines()[:3]:
        run("points", "show", line.split('"id": ')[1].split(",")[0])
    for words in (
        ("ledger", "show"),
        ("ledger", "show", "--format", "jsonl"),
        ("families",),
        ("status",),
        ("articles", "-p", policy),
    ):
        run(*words)
    run("report", "overview", "-o", out / "overview.html")
    for form, style, *more in (
        ("1", "xlsx"),
        ("5d", "xlsx"),
        ("5d", "docx"),
        ("5d", "html"),
        ("5d", "csv"),
        ("11b", "csv-cp932", "--from", 1),
    ):
        target = out / f"{form}-{style}.{style.partition('-')[0]}"
        run("report", form, "-p", policy, "--clear-names", "--format", style, "-o", target, *more)
    run("report", "pack", "-p", policy, "-o", out / "pack.zip")
    for path in (*home.rglob("*"), *out.rglob("*")):
        if path.is_file():
            texts[path.name + str(len(texts))] = path.read_bytes()
    assert any(name.startswith("inventory.db") for name in texts)
    assert _found(names, texts) == []


_STEERING = (
    b"=cmd|calc.txt",
    b"+1 \x1b[2J\x1b]0;x\x07.txt",
    b"@a\nb\r.txt",
    b"-\xe2\x80\xaetxt.exe.txt",
    b"\tx\xc2\x9b31m.txt",
    b"half \xed\xa0\xbd.txt",
    b"raw \xff\xfe.txt",
    b"[bold red]x[bold] \\[.txt",
    b"<script>alert(1).txt",
)


@pytest.mark.posix("names of any bytes")
def test_no_name_steers_what_shows_it(sekisho: Sekisho, tmp_path: Path) -> None:
    """Names of files, sheets and members with escape sequences, line ends, marks of direction, halves and formulas."""
    tree, home = tmp_path / "tree", tmp_path / "home"
    tree.mkdir()
    for name in _STEERING:
        (tree / os.fsdecode(name)).write_text(planted_names.CONTENT, encoding="utf-8")
    with zipfile.ZipFile(tree / "a.zip", "w") as archive:
        for name in _STEERING:
            archive.writestr(name.decode("utf-8", "replace"), planted_names.CONTENT)
    (tree / "b.json").write_text(json.dumps({n.decode("latin-1"): "03-5321-1111" for n in _STEERING}), encoding="utf-8")
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.format(more="", contract=""), encoding="utf-8")
    (tmp_path / "store").mkdir()
    shown: dict[str, str] = {}

    def run(*words: object) -> str:
        done = sekisho(*words, "--home", home)
        shown[" ".join(map(str, words[:3]))] = done.out + done.err
        return done.out

    for style in ("jsonl", "json", "csv", "sarif", "table"):
        text = run("scan", tree, "--format", style, "-p", policy, "--depth", "quick")
        shown[style] = text
        if style in ("json", "sarif"):
            json.loads(text)
        if style == "jsonl":
            assert {item["outcome"] for item in map(json.loads, text.splitlines()[:-1]) if "outcome" in item} == {
                "examined"
            }
        if style == "csv":
            rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
            assert len(rows) == len(_STEERING) + 3
            assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]
    for words in (
        ("points",),
        ("points", "--format", "jsonl"),
        ("points", "show", 1),
        ("ledger", "show"),
        ("families",),
        ("extract", tree / "a.zip"),
    ):
        run(*words)
    run("scan", tree / "no\x1b[31m\u202e such", "-p", policy)
    run("scan", "--no\x1b[31m\u202e-such")
    for form, style in (("5d", "xlsx"), ("5d", "docx"), ("5d", "html"), ("5d", "csv")):
        run("report", form, "-p", policy, "--clear-names", "--format", style, "-o", tmp_path / f"out.{style}")
    run("report", "overview", "-o", tmp_path / "overview.html")
    for path in (tmp_path / "out.html", tmp_path / "out.csv", tmp_path / "overview.html", home / "sekisho.log"):
        shown[path.name] = path.read_bytes().decode("utf-8-sig")
    for written in ("out.xlsx", "out.docx"):
        with zipfile.ZipFile(tmp_path / written) as package:
            for part in package.namelist():
                if part.endswith(("sheet1.xml", "document.xml", "sharedStrings.xml")):
                    shown[f"{written} {part}"] = text = package.read(part).decode("utf-8")
                    assert "<f>" not in text
    for where, text in shown.items():
        strange = {c for c in text if not c.isprintable()} - set("\n\u3000\ufeff")
        assert strange <= ({"\r"} if "csv" in where else {"\t"} if where.startswith("extract") else set()), (
            where,
            strange,
        )
