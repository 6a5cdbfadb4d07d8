"""``sekisho merge A B …``: inventories of several machines in one."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t


@click.command("merge", help=t("help.merge"), epilog=t("epilog.merge"))
@click.argument("sources", nargs=-1, required=True, metavar=t("meta.homes"))
@click.option("--replace", "again", is_flag=True, help=t("option.merge_replace"))
@common.policy_option
@common.home_option
def command(sources: tuple[str, ...], again: bool, policy_path: str | None, home: str | None) -> int:
    """Join, then settle the points over all machines."""
    from scanner.acts.merge import merge
    from scanner.inventory.home import prepare
    from scanner.inventory.store import Store
    from scanner.policy.verdict import Judge
    from scanner.scan.local import settle, used

    state = common.the_home(home)
    if len(sources) < 2:
        raise Failure(t("merge.one_source"), EXIT_USAGE)
    paths = [p / "inventory.db" if p.is_dir() else p for p in map(Path, sources)]
    for path in paths:
        if not path.exists():
            raise Failure(t("merge.no_source", path=path), EXIT_USAGE)
    prepare(state)
    if again and state.database.exists():
        _remove_merged(state.database)
    found = common.find_policy(policy_path, state)
    policy, digest = common.load_policy(found) if found else (None, "")
    done = merge(paths, state.database)
    with Store(state.database, only_notes=True) as store:
        store.note_policy(str(found or ""), digest)
        judge = Judge(policy, base=found.resolve().parent if found else None, path=str(found or ""), digest=digest)
        store.judging(used(judge), judge.today)
        families, _ = settle(store, judge)
    for one in done:
        click.echo(
            t("merge.host", host=one.host, files=f"{one.files:,}", entries=f"{one.entries:,}", anchor=one.anchor)
        )
        if not one.whole:
            click.echo(t("merge.broken", host=one.host), err=True)
    spanning = sum(
        len({x.host for x in f.copies} | ({f.original_at.host} if f.original_at else set())) > 1 for f in families
    )
    click.echo(t("merge.done", hosts=len(done), families=len(families), spanning=spanning, path=state.database))
    return EXIT_OK if all(one.whole for one in done) else EXIT_POINTS


def _remove_merged(database: Path) -> None:
    """Only what an earlier merge made is replaced: an inventory of a machine is precious."""

    reader = common.reading(database)
    merged = reader.rows("select 1 from hosts limit 1")
    reader.close()
    if not merged:
        raise Failure(t("merge.target_exists", path=database), EXIT_USAGE)
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
