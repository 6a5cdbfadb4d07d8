"""What a setup enters at a machine: the search path and the list of installed programs. The border to the registry of Windows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

_ENVIRONMENT = r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
_PROGRAMS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Sekisho"
_DELETE_AT_START = 0x4
_EVERYBODY, _SETTING_CHANGED, _ABORT_IF_HUNG = 0xFFFF, 0x1A, 0x2


class Machine(Protocol):
    """A machine as a setup sees it. Raises ``OSError`` where the system refuses."""

    def search_path(self) -> list[str]:
        """Folders of the search path of all users."""

    def set_search_path(self, folders: list[str]) -> None:
        """Write it, and tell running programs."""

    def program(self) -> dict[str, str | int]:
        """Our entry in the list of installed programs; empty where there is none."""

    def set_program(self, values: dict[str, str | int]) -> None:
        """Write our entry; without values take it away."""

    def delete_at_start(self, path: Path) -> None:
        """Have the system delete a file or an empty folder when it starts next."""


class Windows:
    """This machine."""

    def search_path(self) -> list[str]:
        """See ``Machine``."""
        found = {name.casefold(): value for name, value in self._values(_ENVIRONMENT).items()}  # Path, PATH: one value
        return [f for f in str(found.get("path", "")).split(";") if f]

    def set_search_path(self, folders: list[str]) -> None:
        """See ``Machine``."""
        if sys.platform == "win32":
            import ctypes
            import winreg

            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _ENVIRONMENT, 0, winreg.KEY_SET_VALUE) as key:
                winreg.SetValueEx(key, "Path", 0, winreg.REG_EXPAND_SZ, ";".join(folders))
            ctypes.windll.user32.SendMessageTimeoutW(
                _EVERYBODY, _SETTING_CHANGED, 0, "Environment", _ABORT_IF_HUNG, 1000, None
            )

    def program(self) -> dict[str, str | int]:
        """See ``Machine``."""
        return self._values(_PROGRAMS)

    def set_program(self, values: dict[str, str | int]) -> None:
        """See ``Machine``."""
        if sys.platform == "win32":
            import winreg

            if not values:
                try:
                    winreg.DeleteKey(winreg.HKEY_LOCAL_MACHINE, _PROGRAMS)
                except FileNotFoundError:
                    pass  # it is gone already
                return
            with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, _PROGRAMS, 0, winreg.KEY_SET_VALUE) as key:
                for name, value in values.items():
                    kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
                    winreg.SetValueEx(key, name, 0, kind, value)

    def delete_at_start(self, path: Path) -> None:
        """See ``Machine``."""
        if sys.platform == "win32":
            import ctypes

            if not ctypes.windll.kernel32.MoveFileExW(str(path), None, _DELETE_AT_START):
                raise ctypes.WinError()

    @staticmethod
    def _values(name: str) -> dict[str, str | int]:
        found: dict[str, str | int] = {}
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, name) as key:
                    for number in range(winreg.QueryInfoKey(key)[1]):
                        value_name, value, _ = winreg.EnumValue(key, number)
                        found[value_name] = value
            except FileNotFoundError:
                return {}
        return found
