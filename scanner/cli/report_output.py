"""Where a report goes and in which format: the ending of the name decides, and a wrong one is refused with the right ones. Options
that the form knows nothing of are refused too."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t
from scanner.report.forms import names
from scanner.report.forms.registry import REPORTS
from scanner.report.forms.spec import FormSpec, option

if TYPE_CHECKING:
    from scanner.acts.handing_in import Made
    from scanner.inventory.home import Home


def ending_of(style: str) -> str:
    """``csv`` for ``csv-cp932``."""
    return style.partition("-")[0]


def chosen(number: str, style: str | None, output: str | None, template: str | None) -> str:
    """The format of a report, from ``--format``, the ending of the output or of the template, else that of its kind; raises
    ``Failure``."""
    spec = REPORTS[number]
    styles = spec.styles
    endings = list(dict.fromkeys(map(ending_of, styles)))
    told = " ".join(f".{ending}" for ending in endings) + (t("report.or_folder") if spec.folder else "")
    if style and style not in styles:
        raise Failure(t("report.other_style", style=style, styles=" ".join(styles)), EXIT_USAGE)
    ending = Path(output).suffix.lower().lstrip(".") if output else ""
    if output and ending not in endings:
        known = {ending_of(s) for every in REPORTS.values() for s in every.styles}
        if not spec.folder or ending in known:
            raise Failure(t("report.ending", path=output, endings=told), EXIT_USAGE)
        return styles[0]
    if style and ending and ending_of(style) != ending:
        raise Failure(t("report.other_ending", style=style, path=output, endings=f".{ending_of(style)}"), EXIT_USAGE)
    of_template = Path(template).suffix.lower().lstrip(".") if template else ""
    usual = spec.usual_style if isinstance(spec, FormSpec) else styles[0]
    return style or ending or (of_template if of_template in ("xlsx", "docx") else usual)


def target(number: str, style: str, contract: str, state: Home, output: str | None, *, draft: bool = False) -> Path:
    """The file to write: the given one, or one with its title in the folder of reports, beside those that are there."""
    from scanner.inventory.home import prepare

    if output:
        return Path(output)
    prepare(state)
    state.reports.mkdir(exist_ok=True, mode=0o700)
    title = names.draft(number) if draft else ""
    name = names.file_name(number, contract, clock.today(), ending_of(style), title)
    return state.reports / names.unused(name, (path.name for path in state.reports.iterdir()))


def into(folder: Path, made: Iterable[Made]) -> list[str]:
    """Write what was made into a folder, beside what is there; returns the names in order. Raises ``Failure``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = [path.name for path in folder.iterdir()]
        written = []
        for one in made:
            name = names.unused(one.name, taken)
            (folder / name).write_bytes(one.data)
            taken.append(name)
            written.append(name)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=folder), EXIT_USAGE) from None
    return written


def refuse_unknown(word: str) -> str:
    """The number of the form that ``word`` means; raises ``Failure`` with those that may have been meant."""
    try:
        return names.resolve(word)
    except names.NoSuchForm as unknown:
        near = t("list.separator").join(unknown.near)
        if unknown.several:
            raise Failure(t("report.several_forms", name=word, forms=near), EXIT_USAGE) from None
        every = list(map(names.called, sorted(REPORTS, key=_in_order)))
        known = t("list.separator").join(every)
        hint = " " + t("cli.did_you_mean", name=near) if near else ""
        raise Failure(t("report.unknown_form", name=word, forms=known) + hint, EXIT_USAGE) from None


def refuse_foreign(number: str, given: Iterable[str]) -> None:
    """Raise ``Failure`` for an option that the form would not have looked at. ``given``: keys of ``Context.asked``."""
    takes = REPORTS[number].takes
    for name in given:
        if takes is not None and name not in takes:
            known = [n for n, spec in REPORTS.items() if name in (spec.takes or ())]
            forms = t("list.separator").join(map(names.called, known))
            raise Failure(
                t(
                    "report.not_of_form",
                    option=option(name),
                    form=names.called(number),
                    forms=forms,
                ),
                EXIT_USAGE,
            )


def _in_order(number: str) -> tuple[int, str]:
    digits = "".join(c for c in number if c.isdigit())
    return (int(digits) if digits else 99, number)


def told(path: Path) -> None:
    """Say where a report is."""
    click.echo(t("report.written", path=path.absolute()))
