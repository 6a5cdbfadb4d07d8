"""A word at the screen: shown, refused, or nobody there."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.watch import desktop


def program(folder: Path, code: int) -> None:
    path = folder / "notify-send"
    path.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {folder}/said\nexit {code}\n', encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.posix("notify-send")
@pytest.mark.parametrize("code", [0, 1])
def test_shown_or_refused(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, code)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    if code:
        with pytest.raises(OSError, match="did not take it"):
            desktop.show("関所", "F03 1")
    else:
        assert desktop.show("関所", "F03 1")
    assert (tmp_path / "said").read_text(encoding="utf-8") == "関所|F03 1|"


@pytest.mark.posix("DBUS_SESSION_BUS_ADDRESS")
def test_nobody_at_a_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    assert not desktop.show("関所", "F03 1")
