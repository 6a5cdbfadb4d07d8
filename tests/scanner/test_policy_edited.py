"""A saved policy keeps what somebody wrote into its file: every comment but those of what is gone, and every line that says the same."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import clock
from scanner.acts.workbooks import PolicyChanged, comments, comments_lost, save, written
from scanner.inventory.home import Home
from scanner.policy import registers
from scanner.policy.load import load, parsed
from scanner.policy.models import Policy
from scanner.policy.registers import entries
from scanner.policy.registers.sheets import CONTRACTOR, HOUSE, sheets
from tests.conftest import ROOT, Sekisho
from tests.scanner.test_registers import FULL


def noted(policy: Policy) -> str:
    """The text of a policy with a comment on every line, and one above every table."""
    lines = []
    for number, line in enumerate(written(policy).splitlines()):
        above = [f"# 上 {number}"] if line.startswith("[") else []
        lines += [*above, f"{line}  # 横 {number}" if line else line]
    return "\n".join(lines) + "\n"


def read(text: str) -> Policy:
    return parsed(text, Path("policy.toml"))


def places(policy: Policy) -> list[tuple[str, str, int]]:
    """(register, contract, place) of every entry."""
    return [
        (sheet.name, contract, at)
        for sheet in sheets()
        if sheet.name != CONTRACTOR
        for contract in (("",) if sheet.name in HOUSE else tuple(c.id for c in policy.contract))
        for at in range(len(entries.of(policy, sheet.name, contract)))
    ]


@pytest.mark.parametrize(("register", "contract", "at"), places(FULL))
def test_an_entry_that_goes_takes_its_own_comments_alone(register: str, contract: str, at: int) -> None:
    text = noted(FULL)
    try:
        after = entries.removed(FULL, register, contract, at)
    except entries.EntryRefused:
        return  # another one names it
    new = written(after, text)
    assert read(new) == after
    assert comments_lost(text, new) < comments(text).total() - comments(noted(after)).total() + 3
    assert set(new.splitlines()) <= set(text.splitlines())


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_a_changed_text_changes_its_own_line(data: st.DataObject) -> None:
    """One field of one entry, whatever it says by then: every other line, and every comment, is what it was."""
    text = noted(FULL)
    register, contract, at = data.draw(
        st.sampled_from([one for one in places(FULL) if one[0] not in ("contract", "medium", "place")])
    )
    name = data.draw(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20))
    number = next(i for i, c in enumerate(FULL.contract) if c.id == contract)
    old = getattr(FULL.contract[number], register)
    changed = old[at].model_copy(update={"note" if "note" in type(old[at]).model_fields else "id": f"x{name}"})
    owner = FULL.contract[number].model_copy(update={register: (*old[:at], changed, *old[at + 1 :])})
    after = FULL.model_copy(update={"contract": (*FULL.contract[:number], owner, *FULL.contract[number + 1 :])})
    new = written(after, text)
    assert read(new) == after
    assert comments_lost(text, new) == 0
    assert len(set(new.splitlines()) - set(text.splitlines())) <= 1


def _entry(register: str, number: int) -> dict[str, Any]:
    more: dict[str, dict[str, Any]] = {"worker": {"name": f"従事者{number}"}, "medium": {"serial": f"S{number}"}}
    return {"id": f"N-{number}", **more[register]}


@given(st.permutations(range(5)), st.integers(0, 5), st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_entries_that_come_go_and_change_their_order(order: list[int], kept: int, new: int) -> None:
    """Whatever happens to a register, the text says it, and comments of other tables stay."""
    text = '# 冒頭\ntime_zone = "Asia/Tokyo" # 時刻\n[[contract]]\nid = "A" # 契約\ntitle = "い"\n'
    text += "".join(f'# 上{n}\n[[contract.worker]]\nid = "N-{n}"\nname = "従事者{n}"\n' for n in range(5))
    text += '[[contract]]\nid = "B" # 別\ntitle = "ろ"\n[[medium]]\nid = "M" # 媒体\nserial = "1"\n'
    workers = [_entry("worker", n) for n in (*order[:kept], *range(10, 10 + new))]
    contracts = [{"id": "A", "title": "い", "worker": workers}, {"id": "B", "title": "ろ"}]
    media = [{"id": "M", "serial": "1"}, *(_entry("medium", n) for n in range(new))]
    after = Policy.model_validate({"time_zone": "Asia/Tokyo", "contract": contracts, "medium": media})
    made = written(after, text)
    assert read(made) == after
    assert {"# 冒頭", "# 時刻", "# 契約", "# 別", "# 媒体"} <= set(comments(made))


@pytest.mark.parametrize(
    "text",
    [
        'contract = [{ id = "A", title = "い" }] # 一行\n',
        '[[contract]]\nid = "A"\ntitle = "い"\n[[medium]]\nid = "M"\nserial = "1"\n[[contract]]\nid = "B"\ntitle = "ろ"\n',
        '[[contract]]\r\nid = "A" # 契約\r\ntitle = "い"\r\n',
        '[[contract]]\nid = "A"\ntitle = "い" # 終わりの行に改行がない',
        '\ufeff[[contract]]\nid = "A"\ntitle = "い"\n',
        "",
    ],
)
def test_however_the_file_is_laid_out_the_policy_is_what_was_saved(text: str) -> None:
    after = Policy.model_validate({"contract": [{"id": "A", "title": "は", "worker": [_entry("worker", 1)]}]})
    assert read(written(after, text.removeprefix("\ufeff"))) == after


def test_the_example_keeps_its_comments() -> None:
    text = (ROOT / "config/policy.example.toml").read_text(encoding="utf-8")
    before = read(text)
    owner = before.contract[0].model_copy(update={"title": "別の業務", "ends": None})
    after = before.model_copy(update={"contract": (owner, *before.contract[1:])})
    new = written(after, text)
    assert read(new) == after
    assert comments_lost(text, new) <= 1, "that of the day that is gone"


def test_a_workbook_comes_into_a_file_with_comments(sekisho: Sekisho, tmp_path: Path) -> None:
    """By the command: comments stay, the former text lies beside it, and a file that is there is not written over unasked."""
    path, book = tmp_path / "policy.toml", tmp_path / "r.xlsx"
    path.write_bytes(noted(FULL).encode("utf-8"))
    old = path.read_bytes()
    registers.export(entries.removed(FULL, "carryout", "2026-017", 0), book)
    assert sekisho("policy", "import", book, "-o", path).code == 2
    assert path.read_bytes() == old
    done = sekisho("policy", "import", book, "-o", path, "--force")
    assert done.code == 0, done.err
    assert load(path) == entries.removed(FULL, "carryout", "2026-017", 0)
    assert path.with_name("policy.toml.bak").read_bytes() == old
    assert "# 横 0" in path.read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix in (".toml", ".bak")) == [
        "policy.toml",
        "policy.toml.bak",
    ]


def test_a_day_to_come_is_refused_in_a_workbook_as_in_a_form(sekisho: Sekisho, tmp_path: Path) -> None:
    ahead = clock.today() + timedelta(days=3)
    for key in ("known_on", "happened_on", "reported_on", "written_on", "submitted_on"):
        incident = {"id": "I-1", "known_on": clock.today(), key: ahead}
        policy = Policy.model_validate({"contract": [{"id": "A", "title": "い", "incident": [incident]}]})
        registers.export(policy, tmp_path / "r.xlsx")
        with pytest.raises(registers.RegistersError) as raised:
            registers.load(tmp_path / "r.xlsx")
        (fault,) = raised.value.faults
        assert fault.code == "fault_ahead"
        assert fault.cell.endswith("2"), "told with its cell"
    done = sekisho("--lang", "ja", "policy", "import", tmp_path / "r.xlsx", "-o", tmp_path / "p.toml")
    assert done.code == 2
    assert "今日より後の日です" in done.err
    assert not (tmp_path / "p.toml").exists()


def test_a_file_that_was_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    """Also before there is any record, where nothing but the file says so."""
    path, home = tmp_path / "policy.toml", Home(tmp_path / "none")
    path.write_bytes(b"# by somebody\n")
    with pytest.raises(PolicyChanged):
        save(home, path, written(FULL), before="0" * 64)
    assert path.read_bytes() == b"# by somebody\n"
    save(home, path, written(FULL), before=hashlib.sha256(path.read_bytes()).hexdigest())
    assert load(path) == FULL


def told_above(text: str) -> list[tuple[str, str]]:
    """(comment, line below the heading that it stands above), of every comment that names an entry."""
    lines = text.splitlines()
    return [(line, lines[at + 2]) for at, line in enumerate(lines) if line.startswith("# は ")]


@pytest.mark.parametrize(("register", "contract", "at"), places(FULL))
@pytest.mark.parametrize("act", ["remove", "add"])
def test_a_comment_stands_above_what_it_is_about_or_goes(register: str, contract: str, at: int, act: str) -> None:
    """Whatever comes or goes beside it: none is left above another entry."""
    lines = written(FULL).splitlines()
    text = "".join(
        f"# は {lines[n + 1]}\n{line}\n" if line.startswith("[[") else f"{line}\n" for n, line in enumerate(lines)
    )
    assert all(line.endswith(below) for line, below in told_above(text))
    try:
        less = entries.removed(FULL, register, contract, at)
    except entries.EntryRefused:
        return  # another one names it
    if act == "remove":
        new, after = written(less, text), less
    else:  # what was removed comes again, without what was said of it
        new, after = written(FULL, written(less, text)), FULL
    assert read(new) == after
    assert all(line.endswith(below) for line, below in told_above(new))
    assert len(told_above(new)) >= len(told_above(text)) - 1 - len(FULL.contract) * (register == "contract") * 20
