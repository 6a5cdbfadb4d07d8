from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Ground, VerdictKind
from scanner.paths.system import absolute
from scanner.policy.load import PolicyError, load
from scanner.policy.verdict import Judge, points
from tests.conftest import ROOT, Sekisho

GOOD = """
[[contract]]
id = "2026-017"
title = "集計"

[[contract.place]]
id = "store-1"
kind = "storage"
path = "/srv/itaku"
consent = "承諾-1"
valid_from = 2026-04-01
valid_to = 2027-03-31

[[contract.place]]
id = "old"
kind = "storage"
path = "/srv/old"
valid_to = 2026-03-31

[[contract.consent]]
id = "承諾-2"
kind = "copy"
copies_max = 1
"""


def policy(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("path", "today", "kind", "rule"),
    [
        (b"/srv/itaku/a.csv", date(2026, 6, 1), VerdictKind.IN_PLACE, "2026-017/store-1"),
        (b"/srv/itaku", date(2026, 6, 1), VerdictKind.IN_PLACE, "2026-017/store-1"),
        (b"/srv/itaku2/a.csv", date(2026, 6, 1), VerdictKind.OUTSIDE, None),
        (b"/srv/old/a.csv", date(2026, 6, 1), VerdictKind.EXPIRED, "2026-017/old"),
        (b"/srv/itaku/a.csv", date(2026, 3, 31), VerdictKind.NOT_YET, "2026-017/store-1"),
        (b"/home/a.csv", date(2026, 6, 1), VerdictKind.OUTSIDE, None),
    ],
)
def test_verdicts(tmp_path: Path, path: bytes, today: date, kind: VerdictKind, rule: str | None) -> None:
    verdict = Judge(load(policy(tmp_path, GOOD)), today=today).verdict(absolute(path), Ground.FIXED)
    assert (verdict.kind, verdict.rule) == (kind, rule)


def test_rule_in_force_wins_over_a_longer_expired_one(tmp_path: Path) -> None:
    text = GOOD + '\n[[contract.place]]\nid = "inner"\nkind = "work"\npath = "/srv/itaku/x"\nvalid_to = 2026-04-30\n'
    verdict = Judge(load(policy(tmp_path, text)), today=date(2026, 6, 1)).verdict(
        absolute(b"/srv/itaku/x/a"), Ground.FIXED
    )
    assert (verdict.kind, verdict.rule) == (VerdictKind.IN_PLACE, "2026-017/store-1")


def test_host_rule_counts_only_on_its_host(tmp_path: Path) -> None:
    text = '[[contract]]\nid = "1"\ntitle = "t"\n[[contract.place]]\nid = "p"\nkind = "work"\nhost = "PC-0*"\npath = "/d"\n'
    loaded = load(policy(tmp_path, text))
    assert Judge(loaded, host="pc-07").verdict(absolute(b"/d/f"), Ground.FIXED).kind is VerdictKind.IN_PLACE
    assert Judge(loaded, host="sv-01").verdict(absolute(b"/d/f"), Ground.FIXED).kind is VerdictKind.OUTSIDE


def test_no_policy_gives_no_verdict() -> None:
    verdict = Judge(None).verdict(b"/x", Ground.TEMP)
    assert (verdict.kind, points(verdict, personal=True)) == (VerdictKind.NO_POLICY, ())


@pytest.mark.parametrize(
    ("broken", "line", "message", "hint"),
    [
        (GOOD.replace("consent = ", "concent = ", 1), 10, "policy_unknown_key", "consent"),
        (GOOD.replace('title = "集計"', 'titel = "集計"'), 4, "policy_unknown_key", "title"),
        (
            GOOD.replace('kind = "storage"', 'kind = "shelf"', 1),
            8,
            "policy_not_one_of",
            "'work', 'storage', 'server_room'",
        ),
        (GOOD.replace("valid_to = 2027-03-31", "valid_to = 2025-03-31"), 6, "policy_fault_order", ""),
        (GOOD.replace("copies_max = 1", "copies_max = -1"), 23, "policy_fault_bound", ""),
        (GOOD.replace("[[contract]]", "[[contract]", 1), 2, "policy_syntax", ""),
    ],
)
def test_faults_name_line_key_and_the_right_word(
    tmp_path: Path, broken: str, line: int, message: str, hint: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        load(policy(tmp_path, broken))
    problem = next(p for p in caught.value.problems if p.message == message)
    assert problem.line == line
    assert hint in problem.hint


def test_overlapping_places_are_refused(tmp_path: Path) -> None:
    text = GOOD + '\n[[contract.place]]\nid = "again"\nkind = "work"\npath = "/srv/itaku/"\n'
    with pytest.raises(PolicyError) as caught:
        load(policy(tmp_path, text))
    assert caught.value.problems[0].message == "policy_overlap"
    assert caught.value.problems[0].line == text.splitlines().index('id = "again"') + 1


def test_same_place_at_different_times_is_fine(tmp_path: Path) -> None:
    text = (
        GOOD + '\n[[contract.place]]\nid = "next-year"\nkind = "work"\npath = "/srv/itaku"\nvalid_from = 2027-04-01\n'
    )
    load(policy(tmp_path, text))


@given(st.text(max_size=300))
def test_any_text_gives_a_policy_or_a_policy_error(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        problems: list[object] = [1]
        try:
            load(path)
        except PolicyError as error:
            problems = list(error.problems)
        assert problems


def test_check_prints_file_and_line(sekisho: Sekisho, tmp_path: Path) -> None:
    path = policy(tmp_path, GOOD.replace("consent = ", "concent = ", 1))
    result = sekisho("policy", "check", path)
    assert result.code == 2
    assert f"{path}:10" in result.err
    assert "consent" in result.err
    japanese = sekisho("--lang", "ja", "policy", "check", path)
    assert "という項目はありません" in japanese.err


def test_good_policy_and_show(sekisho: Sekisho, tmp_path: Path) -> None:
    path = policy(tmp_path, GOOD.replace("2027-03-31", "2099-03-31").replace("valid_from = 2026-04-01\n", ""))
    assert sekisho("policy", "check", path).code == 0
    shown = sekisho("policy", "show", "-p", path, "/srv/itaku/a.csv")
    assert "2026-017/store-1" in shown.out
    assert "承諾-1" in shown.out


def test_committed_schema_is_current(sekisho: Sekisho) -> None:
    assert sekisho("policy", "schema").out == (ROOT / "config" / "policy.schema.json").read_text(encoding="utf-8")


def test_example_policy_is_valid() -> None:
    load(ROOT / "config" / "policy.example.toml")
