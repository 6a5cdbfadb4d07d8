"""What a path is under a policy, against a table of places and a model of the rules that is written anew here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Ground, VerdictKind
from scanner.paths import system
from scanner.paths.system import absolute
from scanner.policy.models import Policy
from scanner.policy.verdict import Judge, folders, points

TODAY = date(2026, 6, 1)
NAMES = ("a", "b", "ab")


@dataclass(frozen=True)
class Stick:
    """A volume as the sources tell it."""

    serial: str
    mount: str


def policy(*places: dict[str, Any], **others: list[dict[str, Any]]) -> Policy:
    """Contract ``A`` with these places, further contracts by their number."""
    held = {"A": list(places), **others}
    contracts = []
    for contract, here in held.items():
        numbered = [{"id": f"P{n}", "kind": "work", **place} for n, place in enumerate(here, 1)]
        contracts.append({"id": contract, "title": "業務", "place": numbered})
    return Policy.model_validate({"contract": contracts})


def judged(rules: Policy, path: str | bytes, ground: Ground = Ground.FIXED, **more: Any) -> tuple[VerdictKind, str]:
    where = path if isinstance(path, bytes) else absolute(os.fsencode(path))
    verdict = Judge(rules, **{"today": TODAY, "host": "pc-01", **more}).verdict(where, ground)
    return verdict.kind, verdict.rule or ""


# --- nested places, days and machines, against a model

DAYS = st.one_of(st.none(), st.integers(-2, 2).map(lambda n: TODAY + timedelta(days=n)))
FOLDERS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)
PLACES = st.lists(
    st.tuples(FOLDERS, DAYS, DAYS, st.sampled_from([None, "PC-*", "pc-0?", "PC-01", "sv-*"])),
    max_size=4,
    unique_by=lambda p: p[0],
)


def _model(places: list[tuple[Any, ...]], path: str) -> tuple[VerdictKind, str]:
    """The innermost place in force; else the innermost whose days are over or not yet come; else nothing."""
    over = [
        (len(folder), number, begins, ends)
        for number, (folder, begins, ends, host) in enumerate(places, 1)
        if host != "sv-*" and (path == folder or path.startswith(folder + "/"))
    ]
    standing = [
        (VerdictKind.EXPIRED if ends and ends < TODAY else VerdictKind.NOT_YET if begins and begins > TODAY
         else VerdictKind.IN_PLACE, f"A/P{number}")
        for _, number, begins, ends in sorted(over, reverse=True)
    ]  # fmt: skip
    held = [found for found in standing if found[0] is VerdictKind.IN_PLACE]
    return (held or standing or [(VerdictKind.OUTSIDE, "")])[0]


@given(PLACES, FOLDERS)
def test_the_innermost_place_in_force_decides(places: list[tuple[Any, ...]], path: str) -> None:
    told = []
    for folder, begins, ends, host in places:
        ends = ends if begins is None or ends is None else max(begins, ends)
        told.append((folder, begins, ends, host))
    rules = policy(
        *(
            {"path": f"/srv/{folder}", "valid_from": begins, "valid_to": ends, "host": host}
            for folder, begins, ends, host in told
        )
    )
    assert judged(rules, f"/srv/{path}") == _model(told, path)


@given(PLACES, FOLDERS)
def test_above_a_place_is_every_folder_on_the_way_to_it(places: list[tuple[Any, ...]], path: str) -> None:
    rules = policy(*({"path": f"/srv/{folder}", "host": host} for folder, _, _, host in places))
    here = [folder for folder, _, _, host in places if host != "sv-*"]
    expected = any(folder == path or folder.startswith(path + "/") for folder in here)
    assert Judge(rules, host="pc-01").above(absolute(os.fsencode(f"/srv/{path}"))) is expected


def test_without_a_policy_or_with_places_on_volumes_alone_nothing_lies_below() -> None:
    assert Judge(None).above(absolute(b"/")) is False
    on_stick = policy({"volume": "AAAA-1111", "path": "data"})
    assert Judge(on_stick, volume=lambda _: Stick("AAAA-1111", "/")).above(absolute(b"/")) is False


@pytest.mark.parametrize(
    ("host", "other", "decides"),
    [("PC-01", "PC-*", "A/P1"), ("PC-0?", "PC-*", "A/P1"), ("PC-01", None, "A/P1"), ("PC-0*", "P*", "A/P1")],
)
def test_of_one_folder_the_rule_that_names_the_machine_closest_decides(
    host: str, other: str | None, decides: str
) -> None:
    places = ({"path": "/srv/a", "host": host}, {"path": "/srv/a", "host": other})
    for order in (places, places[::-1]):
        rules = policy({**order[0], "consent": "1"}, {**order[1], "consent": "2"})
        expected = decides if order is places else decides.replace("P1", "P2")
        assert judged(rules, "/srv/a/f") == (VerdictKind.IN_PLACE, expected)


# --- volumes


@pytest.mark.parametrize(
    ("serial", "mount", "folder", "path", "kind"),
    [
        ("aaaa-1111", "/media/x", "data", "/media/x/data/f", VerdictKind.IN_PLACE),
        ("AAAA-1111", "/media/x/", "data", "/media/x/data", VerdictKind.IN_PLACE),
        ("AAAA-1111", "/media/x", "\\data\\in\\", "/media/x/data/in/f", VerdictKind.IN_PLACE),
        ("AAAA-1111", "/media/x", None, "/media/x/anything/f", VerdictKind.IN_PLACE),
        ("AAAA-1111", "/media/x", "data", "/media/x/database/f", VerdictKind.OUTSIDE),
        ("AAAA-1111", "/media/x", "data", "/media/data/f", VerdictKind.OUTSIDE),
        ("BBBB-2222", "/media/x", "data", "/media/x/data/f", VerdictKind.OUTSIDE),
        ("", "/media/x", "data", "/media/x/data/f", VerdictKind.OUTSIDE),
    ],
)
def test_a_place_on_a_volume_moves_with_it(
    serial: str, mount: str, folder: str | None, path: str, kind: VerdictKind
) -> None:
    root = os.fsdecode(absolute(os.fsencode(mount.rstrip("/"))))
    stick = Stick(serial, root + "/" * mount.endswith("/"))
    rules = policy({"volume": "AAAA-1111", "path": folder})
    verdict = Judge(rules, today=TODAY, volume=lambda _: stick).verdict(absolute(os.fsencode(path)), Ground.REMOVABLE)
    assert (verdict.kind, verdict.volume) == (kind, serial)
    assert judged(rules, path, Ground.REMOVABLE) == (VerdictKind.OUTSIDE, ""), "nobody tells which volume it is"


@pytest.mark.parametrize("ignores", [True, False])
def test_on_a_volume_case_is_that_of_its_file_system(monkeypatch: pytest.MonkeyPatch, ignores: bool) -> None:
    monkeypatch.setattr(system, "ignores_case", lambda _: ignores)
    root = os.fsdecode(absolute(b"/media/x"))
    rules = policy({"volume": "AAAA-1111", "path": "Data"})
    found = judged(rules, "/media/x/dATA/f", Ground.REMOVABLE, volume=lambda _: Stick("AAAA-1111", root))
    assert found == ((VerdictKind.IN_PLACE, "A/P1") if ignores else (VerdictKind.OUTSIDE, ""))


@pytest.mark.parametrize("ground", list(Ground))
def test_the_volume_is_asked_for_what_can_be_carried_away(ground: Ground) -> None:
    verdict = Judge(policy(), volume=lambda _: Stick("AAAA-1111", "/")).verdict(absolute(b"/x"), ground)
    assert verdict.volume == ("AAAA-1111" if ground is Ground.REMOVABLE else "")


# --- where a place is


def test_a_relative_folder_lies_beside_the_policy(tmp_path: Path) -> None:
    rules = policy({"path": "store"})
    path = str(tmp_path.resolve() / "store/f")
    assert judged(rules, path, base=tmp_path.resolve())[0] is VerdictKind.IN_PLACE
    assert judged(rules, path, base=tmp_path.resolve() / "elsewhere")[0] is VerdictKind.OUTSIDE
    whole = policy({"path": str(tmp_path.resolve() / "store")})
    assert judged(whole, path, base=tmp_path.resolve() / "elsewhere")[0] is VerdictKind.IN_PLACE


def test_a_relative_folder_of_a_policy_without_a_file_lies_where_the_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert judged(policy({"path": "store"}), str(tmp_path.resolve() / "store/f"))[0] is VerdictKind.IN_PLACE


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ({"path": "smb://fs1/share"}, b"//fs1/share/f"),
        ({"unc": "//fs1/share"}, b"//fs1/share/f"),
        ({"unc": "\\\\fs1\\share"}, b"//FS1/Share/f"),
        ({"path": "\\\\fs1\\share"}, b"//fs1/share/f"),
    ],
)
def test_a_share_is_one_however_it_is_written(place: dict[str, Any], path: bytes, tmp_path: Path) -> None:
    assert judged(policy(place), path, Ground.NETWORK, base=tmp_path)[0] is VerdictKind.IN_PLACE
    assert judged(policy(place), b"//fs2/share/f", Ground.NETWORK, base=tmp_path)[0] is VerdictKind.OUTSIDE


@pytest.mark.posix("names of another system")
def test_a_drive_of_another_machine_is_no_folder_beside_the_policy(tmp_path: Path) -> None:
    (place,) = policy({"path": "D:\\受託\\A"}).contract[0].place
    assert folders(place, tmp_path) == folders(place, None)
    assert not folders(place, tmp_path)[0].startswith(str(tmp_path))


@pytest.mark.posix("os.symlink")
def test_a_place_behind_a_link_is_known_by_both_names(tmp_path: Path) -> None:
    real = tmp_path.resolve() / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    (place,) = policy({"path": str(tmp_path.resolve() / "link")}).contract[0].place
    assert folders(place, None) == (str(real), str(tmp_path.resolve() / "link"))
    (plain,) = policy({"path": str(real)}).contract[0].place
    assert folders(plain, None) == (str(real),)


# --- what it raises


@pytest.mark.parametrize("kind", list(VerdictKind))
def test_which_verdicts_raise_a_point(kind: VerdictKind) -> None:
    verdict = Judge(None).verdict(b"/x", Ground.FIXED).__class__(kind, Ground.FIXED)
    expected = {"outside": ("F03-OUTSIDE",), "expired": ("F03-EXPIRED",), "not_yet": ("F03-EXPIRED",)}
    assert points(verdict, personal=True) == expected.get(kind.value, ())
    assert points(verdict, personal=False) == ()
