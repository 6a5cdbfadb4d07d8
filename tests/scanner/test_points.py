"""A point belongs to the policy and the contracts under which it was raised: nobody else closes it."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scanner import clock
from scanner.acts.issuing import Order, context_of, japanese
from scanner.acts.packing import pack
from scanner.custody import families
from scanner.inventory.reader import Reader
from scanner.inventory.scope import sees_as_much
from scanner.report import articles, kinship
from scanner.report.forms import monthly, registers
from tests.scanner.points_desk import Desk, contract, desk  # noqa: F401


@pytest.mark.parametrize("policy", ["", "strange", "empty"])
def test_who_does_not_know_the_policy_closes_nothing(desk: Desk, policy: str) -> None:
    desk.scan(policy)
    desk.write("store/list.csv", "good person inside changed")
    desk.scan(policy)
    assert desk.open()["F16-OVERDUE"] == 1
    main = "select count(*) from points where state = 'open' and file_id in (select id from files where cast(path as text) like '%out_list.csv')"
    assert desk.rows(main) == [(1,)]
    assert [why for _, why in desk.why()] == []
    desk.settle()  # the inventory is judged again under the policy that knows the places, without a scan
    assert desk.rows("select verdict from files order by path") == [("outside",), ("in_place",)]
    desk.scan()
    assert desk.rows(main) == [(1,)]


def test_other_roots_close_nothing(desk: Desk) -> None:
    desk.scan(roots=("other",))
    desk.scan("strange", roots=("other",))
    assert desk.open() == {"F03-OUTSIDE": 1, "F16-OVERDUE": 1}


def test_the_policy_may_be_edited_moved_and_grow(desk: Desk) -> None:
    desk.policy("moved", contract("A", "store"), contract("B", "out"))
    desk.scan("moved")
    assert (desk.open(), sorted(desk.why())) == ({}, [("F03-OUTSIDE", "verdict"), ("F16-OVERDUE", "settled")])
    desk.policy("main", contract("A", "store"))
    desk.scan("main")
    assert desk.open() == {"F03-OUTSIDE": 1}
    desk.policy("main", contract("A", "store", "out"))
    desk.settle("main")  # an edit of a place takes effect without a scan
    assert desk.open() == {}


def test_a_shallower_look_closes_nothing_that_it_could_not_see(desk: Desk) -> None:
    desk.write("out/deep.csv", "good deep-person")
    desk.scan(depth="thorough")
    assert desk.open()["F03-OUTSIDE"] == 2
    desk.scan(depth="quick")  # unchanged: the deeper answer of the same rules stands
    assert desk.rows(
        "select persons_max from contents c join files f on f.content_id = c.id where cast(f.path as text) like '%deep.csv'"
    ) == [(3,)]
    os.utime(desk.folder / "out/deep.csv", ns=(5, 5))
    desk.scan(depth="quick")  # touched, the same bytes
    assert desk.rows(
        "select persons_max from contents c join files f on f.content_id = c.id where cast(f.path as text) like '%deep.csv'"
    ) == [(3,)]
    desk.write("out/deep.csv", "good nobody any more")
    desk.scan(depth="balanced")
    assert desk.open()["F03-OUTSIDE"] == 2
    desk.scan(depth="thorough")
    assert desk.open()["F03-OUTSIDE"] == 1


@pytest.mark.parametrize("now", ["lost", "bad", "half"])
def test_a_file_that_cannot_be_read_keeps_its_points(desk: Desk, now: str) -> None:
    desk.write("out/list.csv", f"{now} and nothing of it")
    desk.scan()
    assert desk.open()["F03-OUTSIDE"] == 1
    desk.write("out/list.csv", "good again, and nothing of it")
    desk.scan()
    assert "F03-OUTSIDE" not in desk.open()


def test_with_a_file_its_points_are_over_whoever_looks(desk: Desk) -> None:
    (desk.folder / "out/list.csv").unlink()
    desk.scan("")
    assert ("F03-OUTSIDE", "gone") in desk.why()


def test_rule_sets_that_answer_for_others() -> None:
    assert sees_as_much("r/thorough", "r/quick")
    assert sees_as_much("r/balanced/ocr", "r/balanced")
    assert not sees_as_much("r/quick", "r/balanced")
    assert not sees_as_much("r/thorough", "r/quick/ocr")
    assert not sees_as_much("s/thorough", "r/quick")
    assert not sees_as_much("", "r/quick")


def test_what_was_closed_blindly_is_judged_again_once(desk: Desk) -> None:
    desk.write("out/second.csv", "good person")
    desk.write("out/third.csv", "good person")
    desk.scan()
    with closing(sqlite3.connect(desk.home.database)) as db:  # as a scan without a policy left it
        db.execute("update points set state = 'closed', closed_why = 'verdict', again = 1 where code = 'F03-OUTSIDE'")
        db.commit()
    desk.write("out/third.csv", "good nobody")
    (desk.folder / "out/second.csv").unlink()
    assert desk.scan("").judged_again == []  # who knows no policy cannot tell
    found = desk.scan(roots=("out",)).judged_again
    assert [(a.code, a.result, Path(a.path).name) for a in found] == [
        ("F03-OUTSIDE", "open", "list.csv"),
        ("F03-OUTSIDE", "gone", "second.csv"),
        ("F03-OUTSIDE", "closed", "third.csv"),
    ]
    assert desk.open() == {"F03-OUTSIDE": 1, "F16-OVERDUE": 1}
    assert desk.rows("select count(*) from ledger where kind = 'points_judged_again'") == [(1,)]
    assert desk.scan().judged_again == []


def test_one_scan_gives_one_due_date(desk: Desk) -> None:
    assert len(desk.rows("select distinct due from points")) == 1


def test_a_copy_carries_its_contracts_wherever_it_lies(desk: Desk) -> None:
    desk.policy("main", contract("A", "store"), contract("B", "elsewhere"))
    desk.original("A")
    desk.original("B")
    desk.write("out/a.csv", "good person copy-1")
    desk.write("out/both.csv", "good person copy-1 copy-2")
    desk.scan()
    outside = "select f.path, group_concat(o.contract) from points p join files f on f.id = p.file_id left join point_contracts o on o.point = p.id where p.code = 'F03-OUTSIDE' and p.state = 'open' group by p.id"
    told = {Path(os.fsdecode(path)).name: contracts for path, contracts in desk.rows(outside)}
    assert told == {"a.csv": "A", "both.csv": "A,B", "list.csv": None}
    reader = Reader(desk.home.database)
    whole, of_a, of_b = (
        context_of(Order("18", contract=c), desk.home, reader, desk.policies["main"]) for c in ("", "A", "B")
    )
    with japanese():
        forms = [registers.points(context) for context in (whole, of_a, of_b)]
        assert [sum("(F03-OUTSIDE)" in str(r[3]) for r in form.rows) for form in forms] == [3, 2, 1]
        assert [dict(form.facts)["契約の特定なし(未了)"] for form in forms] == [1, 1, 1]
        missing = [any("契約を特定できないもの 1 件を含みません" in note for note in form.notes) for form in forms]
        assert missing == [False, True, True]
        assert sum(r[1] == "契約の特定なし" for r in forms[0].rows) == 1
        assert [articles.table(context)[2].open for context in (whole, of_a, of_b)] == [3, 2, 1]
        assert [articles.table(context)[2].unassigned for context in (whole, of_a, of_b)] == [1, 1, 1]
    reader.close()


def test_the_pack_of_a_contract_holds_its_decisions(desk: Desk) -> None:
    desk.policy("main", contract("A", "store"), contract("B", "elsewhere"))
    desk.original("A")
    desk.write("out/a.csv", "good person copy-1")
    desk.scan()
    with closing(sqlite3.connect(desk.home.database)) as db:
        db.execute(
            "insert into suppressions (code, file_id, content_id, subject, reason, by, reviewer, made, expires)"
            " select p.code, p.file_id, f.content_id, '', 'r', 'x', 'y', '2026-11-24T00:00:00Z', '2027-01-01' from points p"
            " join files f on f.id = p.file_id where p.code = 'F03-OUTSIDE'"
        )
        db.commit()
    decided = {}
    for number in ("A", "B"):
        reader = Reader(desk.home.database)
        made = dict(pack(Order("14", contract=number), desk.home, reader, desk.policies["main"], ""))
        rows = list(csv.reader(io.StringIO(made["decisions.csv"].decode("utf-8-sig"))))
        decided[number] = sorted(row[1] for row in rows[1:])
        reader.close()
    assert decided == {"A": ["A", "契約の特定なし"], "B": ["契約の特定なし"]}


@pytest.mark.parametrize("policy", [None, "strange"])
def test_copies_are_compared_by_whoever_knows_the_contract(desk: Desk, policy: str | None) -> None:
    """Who does not can say neither that they were agreed to nor that they were not."""
    desk.original("A")
    desk.write("store/list.csv", "good person copy-1")
    desk.scan()
    reader = Reader(desk.home.database)
    (known,) = families.load(reader.db, desk.policies["main"], clock.today())
    (family,) = families.load(reader.db, desk.policies[policy] if policy else None, clock.today())
    reader.close()
    assert [set(codes) for codes in known.points.values()] == [{"F07-UNDECLARED"}]
    assert family.points == {}
    assert {kinship.agreed(family, location) for location in kinship.everywhere(family)} == {"unknown"}
    assert "A" in kinship.sum_of(family)


def _about(desk: Desk, code: str) -> list[tuple[int, str | None, str, str]]:
    return desk.rows(
        "select p.id, (select group_concat(o.contract) from (select contract from point_contracts where point = p.id order by 1) o),"
        " p.contract, coalesce(p.family, '') from points p where p.code = ? and p.state = 'open'",
        code,
    )


def test_a_point_follows_what_the_file_holds(desk: Desk) -> None:
    """Who is known to have no data in a file any more is out of its points, and who has not been looked for stays."""
    desk.policy("main", contract("A", "store"), contract("B", "elsewhere"))
    desk.policy("of-a", contract("A", "store"))
    desk.original("A")
    desk.original("B")
    desk.write("out/list.csv", "good person copy-1 copy-2")
    desk.scan()
    ((place, *held),) = _about(desk, "F03-OUTSIDE")
    ((copied, *_),) = _about(desk, "F07-UNDECLARED")
    assert held[0] == "A,B"
    desk.write("out/list.csv", "good person only copy-2")
    desk.scan("of-a")
    desk.scan()
    assert _about(desk, "F03-OUTSIDE") == [(place, "B", "B", "")]
    assert _about(desk, "F07-UNDECLARED") == [(copied, "B", "B", "R-2")]
    over = "select distinct contract from ledger where kind = 'point_closed' and json_extract(details, '$.point') in (?, ?)"
    assert desk.rows(over, place, copied) == [("A",)]
    reader = Reader(desk.home.database)
    of_a, of_b = (context_of(Order("3", contract=c), desk.home, reader, desk.policies["main"]) for c in "AB")
    with japanese():
        told = [{r[1]: r[2] for r in monthly.report(c).rows if r[0] == "取扱記録の件数"} for c in (of_a, of_b)]
        where = [
            {r[1]: r[2] for r in monthly.report(c).rows if r[0] == "場所別(個人情報のあるファイル)"}
            for c in (of_a, of_b)
        ]
    reader.close()
    assert told[1]["要確認の発生"] == 2
    assert told[0]["要確認の終了"] == 3  # and that the instruction is no more
    assert where == [{"A/p0": 1}, {"(合意された場所の外)": 1}]
