"""Nothing that the program says is in the other language: every command's help, what commands print in an ordinary day, errors, forms."""

from __future__ import annotations

import ast
import csv
import html
import io
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest

from scanner.cli import localised, main
from scanner.demo import formats
from scanner.report.forms.registry import FORMS
from tests.conftest import Result, Sekisho
from tests.languages import english_in, japanese_in

EXAMPLES = ("氏名", "令和8年4月1日", "令和9年4月1日", "令和9年3月31日", "承諾", "提供資料", "御中", "第{n}号")
"""What English texts tell may be typed, and what stands on paper as it is told: names of originals, addressees, numbers."""
TYPED = (
    "sekisho", "timestamps", "desk", "https", "PC", "pc", "html", "pdf", "fax", "more", "public", "private", "number", "absent", "deep", "scna", "shwo",
    "tokens", "contents", "copies", "findings", "policies", "runs", "terminals", "exclude", "localhost", "crontab", "mon", "wed", "fri", "folder", "owner",
)  # fmt: skip
"""Names of machines, values, what the tests mistype, tables of the inventory."""
NAMES = {
    "ja": {"store": "保管庫", "away": "机", "list": "名簿", "copy": "写し", "task": "集計業務", "city": "○○市", "worker": "従事者", "post": "責任者"},
    "en": {"store": "store", "away": "desk", "list": "roster", "copy": "copied", "task": "counting", "city": "city", "worker": "clerk", "post": "head"},
}  # fmt: skip
ASKED: dict[str, tuple[str, ...]] = {
    "9c": ("--accept-gaps", "責任者"), "11a": ("--suspicion",), "11b": ("--suspicion",), "11c": ("--suspicion",),
}  # fmt: skip
PEOPLE = [[f"{family} {given}", f"19{70 + n}/04/1{n % 10}", f"090-1234-56{n:02}"] for n, (family, given) in enumerate(
    (a, b) for a in ("山田", "鈴木", "佐藤", "高橋") for b in ("太郎", "花子", "一郎")
)]  # fmt: skip


def foreign(text: str, language: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Words of the other language."""
    from scanner.report.forms.registry import REPORTS

    aliases = {part for spec in REPORTS.values() for part in spec.alias.split("-")}
    return (
        english_in(text, (*TYPED, *aliases, "all", "paths", *allowed))
        if language == "ja"
        else japanese_in(text, (*EXAMPLES, *allowed))
    )


def _none(found: Mapping[Any, list[str]]) -> None:
    bad = [f"{where}: {' '.join(dict.fromkeys(words))}" for where, words in found.items() if words]
    assert not bad, "\n".join(bad)


def test_every_text_of_click_has_a_translation() -> None:
    """Of the click that is installed: what it says in a version that nobody has read is seen here."""
    told: set[str] = set()
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                texts = node.args[: 2 if node.func.id == "ngettext" else 1]
                told |= {a.value for a in texts if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    assert len(told) > 50
    assert sorted(told - set(localised.texts())) == []
    for english, ours in localised.texts().items():
        fields = re.compile(r"%?[({]([a-z_]+)")
        assert set(fields.findall(ours)) <= set(fields.findall(english)), english


@pytest.mark.parametrize("language", ["ja", "en"])
def test_help_of_every_command(sekisho: Sekisho, language: str) -> None:
    """Asked in one program, because each command's own would take minutes."""
    program = (
        "import sys, click\n"
        "from scanner import messages\n"
        f"messages.choose({language!r})\n"
        "from scanner.cli import localised, main\n"
        "localised.localise()\n"
        "def walk(command, path):\n"
        "    context = click.Context(command, info_name=path)\n"
        "    print('\\0' + path + '\\n' + command.get_help(context))\n"
        "    for name in command.list_commands(context) if isinstance(command, click.Group) else ():\n"
        "        walk(command.get_command(context, name), path + ' ' + name)\n"
        "walk(main._group(), 'sekisho')\n"
    )
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], capture_output=True, check=True, encoding="utf-8"
    )
    pages = done.stdout.split("\0")[1:]
    assert len(pages) > len(main.COMMANDS) * 2
    found = {page.partition("\n")[0]: foreign(page.partition("\n")[2], language) for page in pages}
    _none(found)


class Office:
    """A small office whose names are of one language, and what its commands say."""

    def __init__(self, sekisho: Sekisho, folder: Path, language: str) -> None:
        self._sekisho, self.folder, self.language = sekisho, folder, language
        self.names = NAMES[language]
        for name in ("store", "away"):
            (folder / self.names[name]).mkdir()
        table = formats.csv_text([["氏名", "生年月日", "電話番号"], *PEOPLE]).encode()
        self.original = folder / self.names["store"] / f"{self.names['list']}.csv"
        self.original.write_bytes(table)
        (folder / self.names["away"] / f"{self.names['copy']}.csv").write_bytes(table)
        (folder / self.names["away"] / "1.pdf").write_bytes(b"%PDF-1.4 broken")
        n = self.names
        (folder / "policy.toml").write_text(
            f'[[contract]]\nid = "2026-1"\ntitle = "{n["task"]}"\nentruster = "{n["city"]}"\nitems = ["PERSON"]\n'
            f'responsible = {{ name = "{n["post"]}" }}\nstarts = 2026-04-01\nends = 2099-03-31\n'
            f'[[contract.place]]\nid = "1"\nkind = "storage"\npath = "{n["store"]}"\nconsent = "7"\nvalid_to = 2099-03-31\n'
            '[[contract.consent]]\nid = "8"\nkind = "copy"\ncopies_max = 1\nplace = "1"\n'
            f'[[contract.worker]]\nid = "1"\nname = "{n["worker"]} 1"\naccounts = ["nobody-1"]\n'
            f'[[contract.worker]]\nid = "2"\nname = "{n["worker"]} 2"\naccounts = ["nobody-2"]\nends = 2026-05-01\n'
            '[[contract.transfer]]\nid = "3"\ndate = 2026-06-01\nrecipient = "1.example"\nchecker1 = "1"\n'
            '[[contract.transport]]\nid = "4"\ndeparted_on = 2026-06-01\ndue = 2026-06-02\n'
            '[[contract.instruction]]\nid = "5"\ndate = 2026-06-01\ndue = 2026-06-02\n'
            '[[contract.carryout]]\nid = "6"\nreason = "1"\nstarts = 2026-06-01\ndue = 2026-06-02\n'
            '[[host]]\nid = "pc-9"\n',
            encoding="utf-8",
        )  # fmt: skip

    def say(self, *words: object, stdin: str | None = None) -> Result:
        return self._sekisho(
            "--lang", self.language, *words, "--home", self.folder / "home", cwd=self.folder, stdin=stdin
        )

    def with_policy(self, *words: object, stdin: str | None = None) -> Result:
        return self.say(*words, "-p", self.folder / "policy.toml", stdin=stdin)

    def foreign(self, text: str) -> list[str]:
        """Words of the other language, but for what comes from the machine: its name, its user, its folders."""
        import getpass
        import socket

        own = (*str(self.folder).split("/"), socket.gethostname(), getpass.getuser(), *self.names.values())
        for part in sorted(own, key=len, reverse=True):
            text = text.replace(part, " ") if part else text
        return foreign(text, self.language)


@pytest.fixture(scope="module", params=["ja", "en"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, command: list[str]) -> Office:
    """The office after an ordinary day."""
    import subprocess

    def run(*words: object, cwd: Path | None = None, stdin: str | None = None, **_: object) -> Result:
        done = subprocess.run(
            [*command, *map(str, words)], capture_output=True, check=False, encoding="utf-8", input=stdin or "", cwd=cwd
        )
        return Result(done.returncode, done.stdout, done.stderr)

    made = Office(run, tmp_path_factory.mktemp("1"), request.param)
    assert made.with_policy("receive", made.original, "--contract", "2026-1", "--count", "99").code == 0
    done = made.with_policy(
        "scan", made.folder / made.names["store"], made.folder / made.names["away"], "--depth", "quick"
    )
    assert done.code == 1, done.err
    return made


ORDINARY: list[tuple[str, ...]] = [
    ("status",), ("points",), ("points", "--all"), ("points", "suppressions"), ("families",), ("families", "--tree"), ("families", "R-1"),
    ("ledger", "show"), ("ledger", "verify"), ("ledger", "anchor"), ("ledger", "checkpoint"), ("keys", "list"), ("people", "list"),
]  # fmt: skip
WITH_POLICY: list[tuple[str, ...]] = [
    ("policy", "check"), ("policy", "show"), ("policy", "show", "1.txt"), ("articles",),
    ("scan", ".", "--depth", "quick"), ("scan", ".", "--depth", "quick", "--full"), ("report", "4", "-o", "4.csv"),
    ("report", "overview", "-o", "1.html"), ("policy", "export", "-o", "1.xlsx"),
]  # fmt: skip
WRONG: list[tuple[str, ...]] = [
    ("scan",), ("scan", "absent"), ("scan", ".", "--depth", "deep"), ("scan", ".", "--jobs", "0"), ("scan", ".", "--jobs", "x"), ("scan", ".", "--no-such"),
    ("scna",), ("points", "shwo"), ("points", "show"), ("points", "show", "999"), ("points", "show", "x"), ("points", "declare", "1", "--by", "1"),
    ("points", "close", "1", "--by", "1"), ("points", "dismiss", "1", "--by", "1", "--reason", "1", "--until", "x"), ("report",), ("report", "99"), 
    ("report", "11a"), ("report", "1", "--contract", "9"), ("report", "1", "--format", "x"), ("receive", "absent", "--contract", "2026-1"),
    ("receive", ".", "--contract", "9"), ("families", "R-9"), ("keys", "destroy"), ("keys", "import", "absent"), ("ledger", "prove", "0"),
    ("ledger", "prove", "9999"), ("ledger", "verify", "--anchor", "x"), ("ledger", "tiles"), ("people", "enrol"), ("people", "begin", "1", "1"),
    ("gate", "absent", "--to", "x"), ("gate", "show", "9"), ("gate", "answer", "9", "--as", "1"), ("manifest", "check", ".", "absent"),
    ("manifest", "make"), ("merge", "."), ("originals", "import", "absent"), ("policy", "check", "absent.toml"), ("policy", "import", "absent.xlsx", "-o", "2.toml"),
    ("policy", "import", "policy.toml", "-o", "2.toml"), ("extract", "."), ("extract", "absent"), ("witness", "list", "absent"), ("cluster", "worker", "absent"),
    ("init", "--starts", "x", "-y", "-o", "3.toml"), ("init", "--items", "x", "-y", "-o", "3.toml"), ("demo", "."), ("cluster", "init", "--address", "x", "-o", "4"),
]  # fmt: skip


@pytest.mark.slow
def test_an_ordinary_day(office: Office) -> None:
    found = {}
    for words in ORDINARY:
        done = office.say(*words)
        assert done.code in (0, 1), (words, done.err)
        found[words] = office.foreign(done.out + done.err)
    for words in WITH_POLICY:
        done = office.with_policy(*words)
        assert done.code in (0, 1, 3), (words, done.err)
        found[words] = office.foreign(done.out + done.err)
    with closing(sqlite3.connect(office.folder / "home/inventory.db")) as db:
        numbers = [n for (n,) in db.execute("select min(id) from points group by code")]
    assert len(numbers) >= 4
    for number in numbers:
        found["points", "show", str(number)] = office.foreign(office.say("points", "show", number).out)
    page = (office.folder / "1.html").read_text(encoding="utf-8")
    body = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    found["overview",] = office.foreign(html.unescape(body))
    _none(found)


@pytest.mark.slow
def test_forms_hold_no_english(office: Office) -> None:
    """Forms are Japanese whatever the screen speaks; names of systems and accounts are the machine's."""
    if office.language == "en":
        return  # the office's own names are English there
    found = {}
    for number in FORMS:
        made = office.folder / f"form-{number}.csv"
        draft = ("--draft",) if FORMS[number].tells_lines else ()  # also where the office has nothing to tell
        done = office.with_policy("report", number, "--contract", "2026-1", "-o", made, *draft, *ASKED.get(number, ()))
        assert done.code == 0, (number, done.err)
        cells = [cell for row in csv.reader(io.StringIO(made.read_text(encoding="utf-8-sig"))) for cell in row]
        words = office.foreign("\n".join(cells))
        found[number] = [
            w for w in words if w not in ("nobody", "example", "SSD") and not (number == "10" and w.isalpha())
        ]
    _none(found)


@pytest.mark.slow
def test_errors(office: Office) -> None:
    found = {}
    for words in WRONG:
        done = office.with_policy(*words) if words[0] in ("report", "receive", "points") else office.say(*words)
        assert done.code not in (0, 4), (words, done.out, done.err)
        found[words] = office.foreign(done.out + done.err)
    _none(found)


@pytest.mark.slow
def test_faults_of_a_policy(office: Office) -> None:
    """Every kind of fault that pydantic finds, and ours."""
    found = {}
    for number, line in enumerate(
        ("starts = 1", 'starts = "x"', "ends = 2020-01-01", 'title = 1', 'items = "x"', 'items = ["x"]', "retention_years = -1", 'my_number = "x"', 'law = "x"',
         "nmae = 1", "responsible = 1", 'place = [{id = "1"}]', 'place = [{id = "1", kind = "x"}]', "[[[", 'worker = [{id = "1", name = 1}]')
    ):  # fmt: skip
        path = office.folder / f"wrong{number}.toml"
        path.write_text(f'[[contract]]\nid = "1"\ntitle = "1"\nstarts = 2026-04-01\n{line}\n'.replace('title = "1"\n' if line.startswith("title") else "\0", "")
                        .replace("starts = 2026-04-01\n" if line.startswith("starts") else "\0", ""), encoding="utf-8")  # fmt: skip
        done = office.say("policy", "check", path)
        assert done.code == 2, line
        told = done.out + done.err
        assert not re.search(r"pydantic|Input should|Value error|Field required", told), told
        known = re.sub(
            r"\b(?:starts|ends|title|items|retention_years|my_number|law|nmae|name|responsible|place|kind|worker|wrong)\b",
            " ",
            told,
        )
        found[line] = office.foreign(known)
    _none(found)
