"""``sekisho families``: originals, their copies, and who agreed to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t
from scanner.printable import printable

if TYPE_CHECKING:
    from scanner.custody.arithmetic import Family
    from scanner.custody.locations import Location
    from scanner.inventory.reader import Reader


@click.command("families", help=t("help.families"), epilog=t("epilog.families"))
@click.argument("family", required=False, metavar=t("meta.family"))
@click.option("--tree", "shape", flag_value="tree", help=t("option.tree"))
@click.option("--table", "shape", flag_value="table", default=True, help=t("option.table"))
@click.option("--format", "style", type=click.Choice(["text", "jsonl"]), default="text", help=t("option.format"))
@common.policy_option
@common.home_option
def command(family: str | None, shape: str, style: str, policy_path: str | None, home: str | None) -> int:
    """List families."""
    from scanner import clock
    from scanner.custody import families

    state = common.the_home(home)
    reader = common.reading(state.database)
    found = common.find_policy(policy_path, state)
    policy = common.load_policy(found)[0] if found else None
    loaded = families.load(reader.db, policy, clock.today())
    if family is not None:
        loaded = [f for f in loaded if f.original.family.lower() == family.lower()]
        if not loaded:
            known = ", ".join(f.original.family for f in families.load(reader.db, policy, clock.today())) or "—"
            raise Failure(t("originals.no_such_original", family=family, known=known), EXIT_USAGE)
    if style == "jsonl":
        for one in loaded:
            click.echo(json.dumps(as_dict(one), ensure_ascii=False))
    elif shape == "tree":
        for one in loaded:
            _tree(one)
    else:
        for one in loaded:
            _table(one)
    if style == "text":
        if not loaded:
            click.echo(t("families.none"))
        _unregistered(reader)
    return EXIT_POINTS if any(one.points for one in loaded) else EXIT_OK


def as_dict(family: Family) -> dict[str, Any]:
    """The JSON form of one family."""
    from scanner.report import kinship

    o = family.original
    return {
        "type": "family",
        "family": o.family,
        "name": o.name,
        "contract": o.contract,
        "origin": o.origin,
        "received": o.received,
        "rows": o.rows,
        "key_set": o.version,
        "persons": {"min": o.persons_min, "max": o.persons_max},
        "entities": list(o.entities),
        "observed": family.observed,
        "technical": len(family.technical),
        "technical_consented": family.technical_permitted,
        "consented": family.permitted,
        "original": family.originals,
        "excess": family.excess,
        "consents": [
            {
                "consent": use.consent.id,
                "kind": use.consent.kind,
                "copies_max": use.consent.copies_max,
                "used": use.used,
                "unused": use.unused,
                "state": use.state,
            }
            for use in family.uses
        ],
        "locations": [
            {
                "path": location.path,
                "kind": kinship.kind(location, o.media_type),
                "state": kinship.agreed(family, location),
                "consent": family.covered.get(location.file_id),
                "share_of_file": round(location.copy.share_here, 4),
                "share_of_original": round(location.copy.share_there, 4),
                "rows": location.copy.rows,
                "place": location.place or None,
                "ground": location.ground.value,
                "points": family.points.get(location.file_id, {}),
            }
            for location in kinship.everywhere(family)
        ],
    }


def _head(family: Family) -> str:
    from scanner.inventory.custody import KEY_SET
    from scanner.model import display

    o = family.original
    head = t(
        "families.head", family=f"{o.family} {o.name}", contract=o.contract, rows=f"{o.rows:,}", path=display(o.path)
    )
    return head if o.version >= KEY_SET else f"{head}\n    {t('families.older_keys', contract=o.contract)}"


def _table(family: Family) -> None:
    from scanner.report import kinship

    click.echo(_head(family))
    for line in (kinship.sum_of(family), *kinship.uses_of(family), *kinship.pieces_of(family)):
        click.echo(f"    {line}")
    for location in kinship.everywhere(family):
        click.echo(f"    {_line(family, location)}")


def _line(family: Family, location: Location) -> str:
    from scanner.report import kinship

    state = t(f"agreed.{kinship.agreed(family, location)}")
    consent = family.covered.get(location.file_id, "")
    codes = " ".join(family.points.get(location.file_id, ()))
    words = "" if location is family.original_at else kinship.evidence(location, family.original.media_type)
    return "  ".join(part for part in (f"[{state}]", printable(location.path), words, consent, codes) if part)


def _tree(family: Family) -> None:
    from scanner.report import kinship

    click.echo(_head(family))
    places: dict[str, list[Location]] = {}
    for location in kinship.everywhere(family):
        places.setdefault(location.place or t("families.no_place"), []).append(location)
    for number, (place, locations) in enumerate(places.items()):
        last = number == len(places) - 1
        click.echo(f"{'└─' if last else '├─'} {place}")
        for inner, location in enumerate(locations):
            branch = "└─" if inner == len(locations) - 1 else "├─"
            click.echo(f"{'  ' if last else '│ '} {branch} {_line(family, location)}")
    for line in (kinship.sum_of(family), *kinship.uses_of(family), *kinship.pieces_of(family)):
        click.echo(f"   {line}")


def _unregistered(reader: Reader) -> None:
    """Groups of files that are alike, none of which was received."""
    from scanner.custody import families
    from scanner.model import display

    pairs = [
        (r[0], r[1])
        for r in reader.rows(
            "select content_id, other from alike where not exists"
            " (select 1 from copies c where c.weak = 0 and c.content_id in (alike.content_id, alike.other))"
        )
    ]
    same = reader.rows(  # by their bytes: what several machines told of the same ones stands in several contents
        "select group_concat(distinct c.id) as ids from files f join contents c on c.id = f.content_id where f.gone is null"
        " and exists (select 1 from findings n where n.content_id = c.id and n.about = 'person')"
        " and not exists (select 1 from copies k where k.content_id = c.id and k.weak = 0)"
        " group by c.key having count(*) > 1"
    )
    pairs += [(int(ids[0]), int(other)) for row in same for ids in [row["ids"].split(",")] for other in ids]
    grouped = families.groups(pairs)
    shown = 0
    for group in grouped:
        marks = ",".join("?" * len(group))
        rows = reader.rows(
            f"select path from files where gone is null and content_id in ({marks}) order by first_seen, id",  # noqa: S608
            tuple(group),
        )
        if len(rows) < 2:
            continue
        shown += 1
        click.echo(t("families.alike", number=shown, count=len(rows)))
        for row in rows:
            click.echo(f"    {display(row['path'])}")
