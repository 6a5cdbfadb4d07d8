"""The step of the schema for facts that outlast the files they are about, and for finding out fast what nothing needs. Never changed."""

from __future__ import annotations

import sqlite3

SCHEMA = """
create table outside_of (outside integer not null, original integer not null, unique (outside, original));
insert into outside_of (outside, original) select distinct o.id, k.original from outside o join files f on f.id = o.file_id
  join copies k on k.content_id = f.content_id and k.weak = 0 order by o.id, k.original;
create index files_content on files (content_id);
create index corrections_file on corrections (file_id);
create index baselines_file on baselines (file_id);
create index quieted_file on quieted (file_id);
create index suppressions_file on suppressions (file_id);
create index suppressions_content on suppressions (content_id);
create index points_run on points (run_id);
"""
"""``outside_of``: the originals that a file held when an act on it was entered; of earlier acts, those that it holds at this step.
The rest are the columns by which ``purging`` asks whether anything needs a row."""


def create(db: sqlite3.Connection) -> None:
    """Inside the caller's transaction."""
    for statement in filter(str.strip, SCHEMA.split(";")):
        db.execute(statement)
