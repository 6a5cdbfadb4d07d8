"""``sekisho scan --dry-run``: what a scan would meet, as sentences or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from scanner.messages import t
from scanner.printable import in_json, printable

if TYPE_CHECKING:
    from scanner.scan.forecast import Forecast

_ENDINGS = 12


def show(told: Forecast, style: str) -> None:
    """Print it."""
    if style in ("json", "jsonl"):
        click.echo(in_json(json.dumps(_plain(told), ensure_ascii=False)))
        return
    from scanner.report import wording
    from scanner.report.exclusions import lines
    from scanner.scan.forecast import largest

    click.echo(t("forecast.files", files=f"{told.files:,}", size=_size(told.bytes)))
    click.echo(
        t(
            "forecast.to_read",
            files=f"{told.to_read:,}",
            size=_size(told.bytes_to_read),
            unchanged=f"{told.unchanged:,}",
        )
    )
    if told.seconds is not None:
        click.echo(t("forecast.time", least=_time(told.seconds[0]), most=_time(told.seconds[1])))
    else:
        click.echo(t("forecast.at_least", least=_time(told.least)) if told.least else t("forecast.no_rate"))
    if told.days is not None:
        click.echo(t("forecast.days", least=f"{told.days[0]:,}", most=f"{told.days[1]:,}"))
    if told.verdicts:
        places = [f"{wording.verdict(v)} {n:,}" for v, n in sorted(told.verdicts.items(), key=lambda item: -item[1])]
        click.echo(t("forecast.places", places=t("list.separator").join(places)))
    endings = [f"{ending or t('forecast.no_ending')} {n:,}" for ending, n in largest(told.endings, _ENDINGS)]
    if endings:
        click.echo(t("forecast.endings", endings=printable(t("list.separator").join(endings))))
    for reason, count in sorted(told.unseen.items()):
        click.echo(t("forecast.unseen", count=f"{count:,}", reason=wording.reason(reason)))
    for line in lines(told.excluded, told.not_applied):
        click.echo(line)
    click.echo(t("forecast.nothing_read"))


def _plain(told: Forecast) -> dict[str, object]:
    return {
        "type": "forecast",
        "files": told.files,
        "bytes": told.bytes,
        "unchanged": told.unchanged,
        "to_read": told.to_read,
        "bytes_to_read": told.bytes_to_read,
        "endings": dict(told.endings),
        "verdicts": dict(told.verdicts),
        "unseen": dict(told.unseen),
        "seconds": list(told.seconds) if told.seconds else None,
        "seconds_by_rate": told.least or None,
        "days": list(told.days) if told.days else None,
        "excluded": [one._asdict() for one in told.excluded],
        "not_applied": [one._asdict() for one in told.not_applied],
    }


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} B"


def _time(seconds: float) -> str:
    for name, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return t(f"forecast.{name}", count=f"{seconds / size:,.1f}")
    if seconds < 1:
        return t("forecast.below_second")
    return t("forecast.seconds", count=f"{seconds:,.0f}")
