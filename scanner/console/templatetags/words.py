"""The catalogue and the words for codes, in templates."""

from __future__ import annotations

from json import dumps
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import template

from scanner import clock
from scanner.messages import t, t_or
from scanner.printable import printable
from scanner.report import wording
from scanner.report.forms.interface import wareki
from scanner.report.listing import urgency

register = template.Library()


@register.simple_tag(name="t")
def text(name: str, *more: object, **values: object) -> str:
    """``{% t "console.save" %}``; ``{% t "console.role_" role %}`` joins its parts."""
    return t(name + "".join(map(str, more)), **values)


@register.simple_tag(takes_context=True)
def address(context: Any, **changed: object) -> str:
    """This page with other conditions: those given replace their like, empty ones leave; paging begins anew."""
    query = {
        k: v for k, v in context["request"].GET.lists() if k not in changed and k not in ("page", "after", "contract")
    }
    query.update({k: [str(v)] for k, v in changed.items() if v not in ("", None)})
    return f"?{urlencode(query, doseq=True)}"


@register.inclusion_tag("console/saved_views.html", takes_context=True)
def saved_views(context: Any) -> dict[str, Any]:
    """The saved views of whoever looks, and the conditions of now as fields, for one more."""
    from scanner.console.pages import saved

    request = context["request"]
    now = saved.conditions(request.GET)
    views = list(saved.mine(request, context["contract"]))
    keepable = [] if now in {one.query for one in views} else parse_qsl(now)
    return {"views": views, "now": now, "keepable": keepable, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def service() -> Any:
    """The service by which people may sign in, if there is one."""
    from scanner.console.site import site

    return site().service


@register.simple_tag
def bulk_acts(visit: Any) -> list[str]:
    """Acts that the visitor may do with several points."""
    from scanner.console.pages.several import allowed

    return allowed(visit)


@register.simple_tag
def policy_fault(fault: Any) -> str:
    """What is wrong with an entry of a register."""
    return t(f"policy.{fault.code}", **fault.details)


@register.filter
def json(value: Any) -> str:
    """For an attribute that a script of ours reads."""
    return dumps(value, default=str)


@register.filter
def number(value: Any) -> str:
    """``12,345``."""
    return f"{value:,}"


@register.filter
def moment(stamped: str | None) -> str:
    """A moment of the record in the zone of people."""
    return clock.shown(stamped)


@register.filter
def day(value: Any) -> str:
    """A day as people write it here."""
    from datetime import date

    if isinstance(value, str) and value:
        value = date.fromisoformat(value[:10])
    if not value:
        return "—"
    return wareki(value) if t("console.era") == "wareki" else value.isoformat()


@register.filter
def cell(value: Any) -> str:
    """A value of a form: a day as people write it, nothing for none."""
    from datetime import date

    if isinstance(value, date):
        return str(day(value))
    return "" if value is None else printable(str(value), lines=True)


@register.filter
def short(code: str) -> str:
    """A point in a word or two."""
    return wording.point_short(code)


@register.filter
def meaning(code: str) -> str:
    """What a point means."""
    return wording.point(code)


@register.filter
def todo(code: str) -> str:
    """What to do first."""
    return urgency.todo(code)


@register.filter
def level_of(code: str) -> str:
    """How urgent."""
    return urgency.level(code)


@register.filter
def ground(code: str) -> str:
    """Kind of storage."""
    return wording.ground(code) if code else ""


@register.filter
def verdict(code: str) -> str:
    """How a path stands."""
    return wording.verdict(code) if code else ""


@register.filter
def reason(code: str) -> str:
    """Why a file was not examined."""
    return wording.reason(code)


@register.filter
def advice(code: str) -> str:
    """What to do about it."""
    return wording.advice(code)


@register.filter
def event(kind: str) -> str:
    """Kind of an entry of the record."""
    return wording.event(kind)


@register.filter
def kinds(sums: Any) -> str:
    """氏名 12、住所 12."""
    return wording.counted(sums)


@register.filter
def where(place: str) -> str:
    """A place in a file."""
    return wording.place(place)


@register.filter
def said(name: str) -> str:
    """A text whose name was put together in Python."""
    return t_or(name, name.rpartition(".")[2])
