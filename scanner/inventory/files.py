"""The row of one file: entered when it is first met, brought up to date when it is met again."""

from __future__ import annotations

import sqlite3

from scanner.inventory.scope import Scope
from scanner.model import Outcome

_ENTER = (
    "insert into files (path, size, mtime_ns, ctime_ns, inode, device, stat_at_ns, rule_set, content_id, outcome, reason, verdict, ground, contract, rule, consent,"
    " run_id, first_seen, last_seen, volume, owner, mode, acl, origin, policy, left_out, gone) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,null)"
    " on conflict (path, host) do update set size=excluded.size,"
    " mtime_ns=excluded.mtime_ns, ctime_ns=excluded.ctime_ns, inode=excluded.inode, device=excluded.device,"
    " stat_at_ns=case when excluded.outcome='unchanged' then stat_at_ns else excluded.stat_at_ns end,"
    " rule_set=case when excluded.content_id is null then '' else excluded.rule_set end,"
    " content_id=coalesce(excluded.content_id, content_id), outcome=case when excluded.outcome='unchanged' then outcome else excluded.outcome end, reason=excluded.reason,"
    " verdict=case when {kept} then verdict else excluded.verdict end, ground=excluded.ground,"
    " contract=case when {kept} then contract else excluded.contract end, rule=case when {kept} then rule else excluded.rule end,"
    " consent=case when {kept} then consent else excluded.consent end, policy=case when {kept} then policy else excluded.policy end,"
    " run_id=coalesce(nullif(excluded.run_id, 0), run_id),"
    " last_seen=excluded.last_seen, volume=excluded.volume, owner=case when excluded.mode is null then owner else excluded.owner end,"
    " acl=case when excluded.mode is null then acl else excluded.acl end,"
    " origin=case when excluded.mode is null then origin else excluded.origin end, mode=coalesce(excluded.mode, mode), left_out=excluded.left_out, gone=null returning id"
).replace("{kept}", "excluded.verdict = 'no_policy' and files.policy is not null")


def enter(
    db: sqlite3.Connection,
    outcome: Outcome,
    content: int | None,
    rule_set: str,
    scope: Scope,
    stat_at_ns: int,
    moment: str,
) -> int:
    """Write the row; returns its number. Of an unchanged file the former outcome, owner and rights stay; of one that could not be
    read what is known of its content (and it is read the next time); without a policy the standing that a policy gave it."""
    ref, verdict = outcome.ref, outcome.verdict
    row = db.execute(
        _ENTER,
        (
            ref.path,
            ref.size,
            ref.mtime_ns,
            ref.ctime_ns,
            ref.inode,
            ref.device,
            stat_at_ns,
            rule_set,
            content,
            outcome.kind.value,
            outcome.contents.reason.value if outcome.contents.reason else None,
            verdict.kind.value,
            verdict.ground.value,
            verdict.contract,
            verdict.rule,
            verdict.consent,
            scope.run,
            moment,
            moment,
            verdict.volume,
            outcome.access.owner if outcome.access else "",
            outcome.access.mode if outcome.access else None,
            outcome.access.grants if outcome.access else "",
            outcome.access.origin if outcome.access else "",
            scope.policy,
            outcome.left_out,
        ),
    ).fetchone()
    return int(row[0])
