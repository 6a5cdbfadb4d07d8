"""What machines write of persons: JSON, XML, YAML, properties, SQL, exports of hosts."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.identifier_values import KEYS, Person, fields
from benchmarks.office_values import Document


def json_keys(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    wanted = fields(c, 4, tuple(KEYS))
    d.add("[")
    for p in people:
        d.add(f'{{"name":"{p.name}"')
        for e in wanted:
            d.add(f',"{p.key(e)}":"').put(e, p.value(e), '"')
        d.add("},\n")
    d.add("]\n")


def xml_keys(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    wanted = fields(c, 4, tuple(KEYS))
    for p in people:
        d.add(f"<person><name>{p.name}</name>")
        for e in wanted:
            key = p.key(e)
            d.add(f"<{key}>").put(e, p.value(e), f"</{key}>")
        d.add("</person>\n")


def yaml_keys(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for p in people:
        d.add(f"- name: {p.name}\n")
        for e in fields(c, 4, tuple(KEYS)):
            d.add(f"  {p.key(e)}: ").put(e, p.value(e), "\n")


def properties(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for i, p in enumerate(people):
        for e in fields(c, 3, tuple(KEYS)):
            d.add(f"user{i}.{p.key(e)}=").put(e, p.value(e), "\n")


def sql_insert(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    wanted = fields(c, 4, tuple(KEYS))
    d.add(f"INSERT INTO members (id, name, {', '.join(people[0].key(e) for e in wanted)}) VALUES\n")
    for i, p in enumerate(people):
        d.add(f"({i + 1}, '{p.name}'")
        for e in wanted:
            d.add(", '").put(e, p.value(e), "'")
        d.add(")" + (";\n" if p is people[-1] else ",\n"))


def english_csv(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    wanted = fields(c, 4, tuple(KEYS))
    d.add(",".join(["id", "name", *(people[0].key(e) for e in wanted)]) + "\n")
    for i, p in enumerate(people):
        d.add(f"{i + 1},{p.name}")
        for e in wanted:
            d.add(",").put(e, p.value(e))
        d.add("\n")


def iso_times(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add(f"氏名,{people[0].label('DATE_OF_BIRTH')},更新\n")
    for p in people:
        d.add(f"{p.name},").put(
            "DATE_OF_BIRTH", f"{p.year}-{p.month:02d}-{p.day:02d}", "T00:00:00,2026-05-01T09:30:00\n"
        )


def host_lines(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for i, p in enumerate(people * 2):
        d.add(f"{i + 1:06d}{p.kana:<24}").put("DATE_OF_BIRTH", f"3{p.year - 1925:02d}{p.month:02d}{p.day:02d}").add(
            f"{'12'[p.sex == '女']}0012345\n"
        )


def host_fields(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for i, p in enumerate(people * 2):
        d.add(f"{i + 1:05d} {p.name}　").put("DATE_OF_BIRTH", f"3{p.year - 1925:02d}{p.month:02d}{p.day:02d}").add(
            f" {'12'[p.sex == '女']} 0{c.randint(1, 9)}\n"
        )
