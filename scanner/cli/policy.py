"""``sekisho policy``: check, show, schema."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_USAGE, Failure
from scanner.messages import t


@click.group("policy", help=t("help.policy"), epilog=t("epilog.policy"))
def command() -> None:
    """Work with the policy file."""


def _found(option: str | None, home: str | None) -> Path:
    path = common.find_policy(option, common.the_home(home))
    if path is None:
        raise Failure(t("policy.none_found", path=common.the_home(home).path / common.POLICY_NAME), EXIT_USAGE)
    return path


@command.command("check", help=t("help.policy_check"))
@click.argument("file", required=False, metavar=t("meta.file"))
@common.policy_option
@common.home_option
def check(file: str | None, policy_path: str | None, home: str | None) -> int:
    """Validate the file."""
    from scanner.policy.load import PolicyError, unreferenced

    path = _found(file or policy_path, home)
    policy, digest = common.load_policy(path)
    problems = unreferenced(policy, path)
    if problems:
        raise PolicyError(path, problems)
    places = sum(len(c.place) for c in policy.contract)
    consents = sum(len(c.consent) for c in policy.contract)
    click.echo(
        t(
            "policy.good",
            path=path,
            contracts=len(policy.contract),
            places=places,
            consents=consents,
            digest=digest[:16],
        )
    )
    for contract in policy.contract:
        for place in contract.place:
            if place.path and not os.path.exists(os.path.join(path.resolve().parent, os.path.expanduser(place.path))):
                click.echo(t("policy.place_absent", id=place.id, path=place.path))
            if not place.consent:
                click.echo(t("policy.place_without_consent", id=place.id))
    return EXIT_OK


@command.command("show", help=t("help.policy_show"))
@click.argument("path", required=False, metavar=t("meta.path_optional"))
@common.policy_option
@common.home_option
def show(path: str | None, policy_path: str | None, home: str | None) -> int:
    """Why a path has its verdict; without one, what the policy says of its contracts."""
    from scanner.paths.system import real
    from scanner.policy.verdict import Judge
    from scanner.report import wording
    from scanner.sources.ground import ground_of
    from scanner.sources.volumes import volume_of

    found = _found(policy_path, home)
    policy, _ = common.load_policy(found)
    if path is None:
        from scanner.cli.shown_policy import lines

        click.echo("\n".join(lines(policy, found)))
        return EXIT_OK
    absolute = real(os.fsencode(path))
    ground = ground_of(absolute)
    verdict = Judge(policy, base=found.resolve().parent, volume=volume_of).verdict(absolute, ground)
    click.echo(
        t("policy.verdict", path=path, verdict=wording.verdict(verdict.kind.value), ground=wording.ground(ground.value))
    )
    click.echo(
        t(
            "policy.verdict_rule",
            rule=verdict.rule or "—",
            consent=verdict.consent or "—",
            contract=verdict.contract or "—",
        )
    )
    return EXIT_OK


@command.command("export", help=t("help.policy_export"))
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.xlsx_output"))
@common.policy_option
@common.home_option
def export(output: str, policy_path: str | None, home: str | None) -> None:
    """All registers as one workbook."""
    from scanner.policy import registers

    policy, _ = common.load_policy(_found(policy_path, home))
    try:
        count = registers.export(policy, Path(output))
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    click.echo(t("policy.exported", path=Path(output).absolute(), count=count))


@command.command("import", help=t("help.policy_import"))
@click.argument("workbook", metavar=t("meta.file"))
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.toml_output"))
@click.option("--force", is_flag=True, help=t("option.force"))
@common.home_option
def import_(workbook: str, output: str, force: bool, home: str | None) -> None:
    """A policy from the workbook."""
    from scanner.acts import incidents, workbooks
    from scanner.inventory.store import Store
    from scanner.policy import registers

    path, state = Path(output), common.the_home(home)
    if path.exists() and not force:
        raise Failure(t("policy.exists", path=path), EXIT_USAGE)
    policy = registers.load(Path(workbook))
    try:
        if path.exists():
            before, digest = common.load_policy(path)
            policy = workbooks.merged(before, policy)
            if state.database.exists():
                with Store(state.database, only_notes=True) as store:
                    incidents.refuse_lost(store.connection, before, policy)
            text = workbooks.written(policy, workbooks.text_of(path, digest))
            workbooks.save(state, path, text, before=digest)
        else:
            workbooks.create(path, workbooks.written(policy))
    except FileExistsError:
        raise Failure(t("policy.exists", path=path), EXIT_USAGE) from None
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    click.echo(t("policy.imported", path=path.absolute(), contracts=len(policy.contract)))


@command.command("schema", help=t("help.policy_schema"))
def schema() -> None:
    """Print the JSON Schema."""
    click.echo(schema_text())


def schema_text() -> str:
    """The JSON Schema of ``policy.toml``, generated from the models."""
    from scanner.policy.models import Policy

    return json.dumps(Policy.model_json_schema(), ensure_ascii=False, indent=2, sort_keys=True)
