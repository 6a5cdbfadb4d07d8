"""What reaches a console that cannot show everything, a file, and a program that reads JSON."""

from __future__ import annotations

import io
import json
import tomllib
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.resources import config_dir
from scanner.cli import common, console
from scanner.cli.main import Failure
from scanner.printable import in_json


def written(text: str, *arguments: str) -> bytes:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="cp932", newline="\r\n")  # as Windows writes
    console.prepare(arguments, [stream])
    stream.write(text)
    stream.flush()
    return raw.getvalue()


@given(st.text(max_size=30))
def test_nothing_that_a_console_lacks_ends_the_program(text: str) -> None:
    shown = written(text, "scan", "a").decode("cp932")
    assert "?" not in shown or "?" in text
    kept = "".join(c for c in text if c.isascii())
    assert all(c in shown for c in kept)


@given(st.text(max_size=30), st.sampled_from(["jsonl", "--format=json", "sarif"]))
def test_machines_get_utf_8(text: str, style: str) -> None:
    line = in_json(json.dumps({"path": text}, ensure_ascii=False))
    assert json.loads(written(line, "scan", "--format", style).decode("utf-8")) == json.loads(line)


def test_lines_for_machines_end_as_they_were_made() -> None:
    assert written("a,b\r\n", "points", "--format", "csv") == b"a,b\r\n"
    assert written("{}\n", "points", "--format", "jsonl") == b"{}\n"
    assert written("a\n", "points") == b"a\r\n"


@pytest.mark.parametrize("to_a_file", [False, True])
def test_what_others_check_byte_for_byte_is_the_same_on_every_system(to_a_file: bool, tmp_path: Path) -> None:
    head = "origin\n3\nroot=\n\n— name AAAA=\n"
    raw, path = io.BytesIO(), tmp_path / "head"
    with redirect_stdout(io.TextIOWrapper(raw, encoding="cp932", newline="\r\n")) as stream:
        common.exactly(head, str(path) if to_a_file else None)
        stream.flush()
        assert (path.read_bytes() if to_a_file else raw.getvalue()) == head.encode("utf-8")


def test_a_result_that_cannot_take_its_place_is_kept_beside_it(tmp_path: Path) -> None:
    made, taken = tmp_path / ".made", tmp_path / "result.csv"
    made.write_bytes(b"a,b")
    (taken / "a folder in its place").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        common.refuse_taken(taken)
    with pytest.raises(Failure) as told:
        common.put_in_place(made, taken)
    (kept,) = tmp_path.glob("result-*.csv")
    assert kept.read_bytes() == b"a,b"
    assert str(kept) in told.value.format_message()
    with pytest.raises(Failure):
        common.put(taken, b"a,b")
    assert sorted(tmp_path.iterdir()) == sorted([kept, taken])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_message_can_be_shown_on_a_japanese_windows(language: str) -> None:
    """By the marks themselves or the nearest ones, never by an escape."""
    catalogue = tomllib.loads((config_dir() / "messages" / f"{language}.toml").read_text(encoding="utf-8"))
    for section in catalogue.values():
        for text in section.values() if isinstance(section, dict) else [section]:
            assert "\\u" not in written(str(text)).decode("cp932") or "\\u" in str(text), text


@pytest.mark.parametrize("mark", ["—", "–", "−", "〜", "…", "└─", "├─", "│"])
def test_marks_of_ours_are_shown(mark: str) -> None:
    assert "\\" not in written(mark).decode("cp932")
