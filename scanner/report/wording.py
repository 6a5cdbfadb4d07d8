"""Words for codes: entities, reasons, verdicts, grounds, points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from scanner.codes import codes
from scanner.entities import entities
from scanner.messages import t, t_or
from scanner.model import PERSON, Finding
from scanner.paths import origins


def entity(name: str) -> str:
    """マイナンバー for JP_MY_NUMBER."""
    known = entities().get(name)
    return known.word if known else name


def reason(code: str) -> str:
    """Why a file was not wholly examined."""
    return t(f"reason.{code}")


def advice(code: str) -> str:
    """What to do about it."""
    return t(f"advice.{code}")


def advice_on_paper(code: str) -> str:
    """The same for people outside, who know no options of a command."""
    return t_or(f"advice_on_paper.{code}", advice(code))


def named(code: str) -> str:
    """``承諾のない写し(F07-UNDECLARED)``: an open point in a word or two, with its code."""
    short = point_short(code)
    return code if short == code else f"{short}({code})"


def verdict(code: str) -> str:
    """How a path stands."""
    return t(f"verdict.{code}")


def ground(code: str) -> str:
    """Kind of storage."""
    return t(f"ground.{code}")


def origin(kept: str) -> str:
    """Where a file came from; empty where nothing tells."""
    zone, way = origins.parts(kept)
    found = [t(f"origin.{word}") for word in (zone, way) if word]
    return t("origin.both", zone=found[0], way=found[1]) if len(found) == 2 else "".join(found)


def point(code: str) -> str:
    """What an open point means."""
    known = codes().get(code)
    return known.told(known.means) if known else code


def fact(code: str) -> str:
    """What is so by an open point: its first sentence, without what is to be done."""
    text = point(code)
    end = text.find("。") + 1 or text.find(". ") + 1
    return text[:end] if end else text


def principal(name: str) -> str:
    """An account or group as an access list names it."""
    if name == "everyone":
        return t("principal.everyone")
    if name.startswith("group "):
        return t("principal.group", name=name.removeprefix("group "))
    return t("principal.unknown", name=name.removeprefix("#")) if name.startswith("#") else name


def subject(text: str) -> str:
    """What a point is about that is about no file: ``worker:W-3`` → 従事者 W-3, ``right:A/store:everyone`` → the place and who gets to
    it there."""
    kind, mark, name = text.partition(":")
    if not mark:
        return text
    if kind == "right":
        place, _, who = name.partition(":")
        return t("subject.right", place=place, who=principal(who))
    return t(f"subject.{kind}", name=name) if t_or(f"subject.{kind}", "") else text


def most(number: int | None) -> str:
    """A number of copies that a consent permits or has left."""
    return t("families.no_limit") if number is None else f"{number:,}"


def totals(findings: Iterable[Finding]) -> dict[str, int]:
    """Entity → count over all check results."""
    sums: dict[str, int] = {}
    for finding in findings:
        sums[finding.entity] = sums.get(finding.entity, 0) + finding.count
    return sums


def found(findings: Iterable[Finding]) -> str:
    """``氏名 12、住所 12、電話番号 3（組織）`` — the weightiest kinds of persons first, then what is about others."""
    sums: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = (finding.about, finding.entity)
        sums[key] = sums.get(key, 0) + finding.count
    return counted(sums)


def counted(sums: Mapping[tuple[str, str], int]) -> str:
    """As ``found``, of sums by (about, entity)."""
    weight = {"JP_MY_NUMBER": 0, "JP_SENSITIVE": 1}
    order = sorted(sums, key=lambda k: (k[0] != PERSON, weight.get(k[1], 2), -sums[k]))
    return t("list.separator").join(
        f"{entity(kind)} {sums[whose, kind]:,}" + ("" if whose == PERSON else t("about.behind", about=about(whose)))
        for whose, kind in order
    )


def about(code: str) -> str:
    """Whom values are about: 人, 組織, 公職者, 不明."""
    return t(f"about.{code}")


_PLACE = re.compile(
    r"(?P<unit>line|page|slide|paragraph) (?P<range>[0-9]+(?:-[0-9]+)?)$|(?<![^!])(?P<step>sheet|member|table|column|field|attachment|object|folder|mail|part) (?P<position>[0-9]+)(?=!|$)"
)


def place(where: str) -> str:
    """A place for people in their language: ``line 3-5`` → 3-5行目; cells and member names stay as they are."""

    def named(match: re.Match[str]) -> str:
        unit = match["unit"] or match["step"]
        return t(f"place.{unit}", number=match["range"] or match["position"])

    return _PLACE.sub(named, where)


def persons(fewest: int, most: int) -> str:
    """``3`` or ``3–5``."""
    return f"{fewest:,}" if fewest == most else f"{fewest:,}–{most:,}"


def event(kind: str) -> str:
    """What an entry of the record tells."""
    return t(f"ledger_kind.{kind}")


def point_short(code: str) -> str:
    """An open point in a word or two."""
    known = codes().get(code)
    return known.short if known else code


def outcome(kind: str) -> str:
    """How a file of the walk ended."""
    return t(f"outcome.{kind}")
