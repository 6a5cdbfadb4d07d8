"""Who else may look into the state folder: judged from the text of a descriptor, from modes, and told by the doctor."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import private
from scanner.cli import doctor_rights
from scanner.inventory.home import Home, prepare
from scanner.sources import others
from scanner.sources.principals import named

ME, OTHER = "S-1-5-21-1-2-3-1105", "S-1-5-21-1-2-3-1106"
OF_US = ("SY", "BA", "CO", ME, "S-1-5-21-1-2-3-512", "S-1-5-32-544")


def who(text: str) -> tuple[str, ...] | None:
    return others.told(text, {ME}, named)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"O:{ME}" + private.wanted(ME), ()),
        ("O:BA" + private.wanted(None), ()),
        (f"O:{ME}D:P(A;OICI;FA;;;SY)(A;OICI;FR;;;BU)", ("group:BUILTIN\\Users:r",)),
        (f"O:{ME}D:(A;ID;FA;;;{ME})(A;ID;0x1200a9;;;WD)", ("everyone:r",)),
        (f"O:{ME}D:(A;OICIIO;FR;;;AU)", ("group:NT AUTHORITY\\Authenticated Users:r",)),  # of what will be made there
        (f"O:{ME}D:(D;;FA;;;WD)(A;;FA;;;BU)", ()),
        (f"O:{ME}D:(A;;FW;;;{OTHER})", (f"user:{OTHER}:w",)),
        (f"O:{ME}D:(A;;FX;;;BU)", ()),
        (f"O:{OTHER}" + private.wanted(ME), (f"user:{OTHER}:w",)),  # an owner gives himself what he likes
        (f"O:{OTHER}D:P(A;;FA;;;{ME})(A;;RC;;;OW)", ()),  # this one cannot
        (f"O:{ME}", ("everyone:rw",)),  # no list at all: FAT
        (f"O:{ME}D:NO_ACCESS_CONTROL", ("everyone:rw",)),
        ("no descriptor", None),
    ],
)
def test_who_else(text: str, expected: tuple[str, ...] | None) -> None:
    assert who(text) == expected


@given(
    st.lists(st.sampled_from(OF_US), max_size=5),
    st.sampled_from(["WD", "BU", "AU", "IU", "BG", OTHER, "S-1-5-21-9-9-9-513", "S-1-5-80-1-2"]),
    st.sampled_from(["FA", "FR", "FW", "GA", "0x1301bf", "WD", "WO"]),
    st.sampled_from(["", "OICI", "OICIIO", "ID", "OICIID"]),
    st.integers(0, 5),
)
def test_nobody_but_a_stranger_is_told_and_he_always(
    ours: list[str], sid: str, right: str, flags: str, at: int
) -> None:
    entries = [f"(A;OICI;FA;;;{one})" for one in ours]
    assert who(f"O:{ME}D:P" + "".join(entries)) == ()
    entries.insert(at, f"(A;{flags};{right};;;{sid})")
    assert len(who(f"O:{ME}D:P" + "".join(entries)) or ()) == 1


@pytest.mark.posix("os.chmod")
@pytest.mark.parametrize(("name", "mode"), [("inventory.db", 0o644), ("inventory.db", 0o620), ("keys", 0o750)])
def test_the_doctor_tells_and_shuts(name: str, mode: int, tmp_path: Path) -> None:
    state = Home(tmp_path / "home")
    prepare(state)
    state.database.touch(0o600)
    assert "2" in doctor_rights.check(state, mend=False)
    os.chmod(state.path / name, mode)
    with pytest.raises(RuntimeError, match=f"{name} and 1 in all.*doctor --shut"):
        doctor_rights.check(state, mend=False)
    assert "2" in doctor_rights.check(state, mend=True)
    assert doctor_rights.exposed(state) == ([], 2)


def test_what_cannot_be_shut_is_told_with_another_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = Home(tmp_path / "home")
    prepare(state)
    monkeypatch.setattr(doctor_rights, "others", lambda path: None if path.endswith(b"keys") else ("everyone:rw",))
    monkeypatch.setattr(private, "take", lambda path, *, machine: False)
    with pytest.raises(RuntimeError, match="--home"):
        doctor_rights.check(state, mend=True)


@pytest.mark.windows("SetNamedSecurityInfo")
def test_a_list_that_lets_everybody_in(tmp_path: Path) -> None:
    if sys.platform != "win32":
        return
    import win32security

    state = Home(tmp_path / "home")
    prepare(state)
    assert "2" in doctor_rights.check(state, mend=False)
    told = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor("D:P(A;OICI;FA;;;WD)", 1)
    win32security.SetFileSecurity(str(state.path), win32security.DACL_SECURITY_INFORMATION, told)
    with pytest.raises(RuntimeError, match=r"everybody \(rw\).*doctor --shut"):
        doctor_rights.check(state, mend=False)
    assert "2" in doctor_rights.check(state, mend=True)
    assert "2" in doctor_rights.check(state, mend=False)
