"""What every template may use: the way through the pages, the language, whether names are masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner import clock
from scanner.acts.signing import Rules
from scanner.console.access import chosen, clear_now, memberships
from scanner.console.hubs import is_hub
from scanner.console.roles import EVERY, OF_HUB, WAY, Level, level
from scanner.console.site import site
from scanner.errors import SekishoError
from scanner.messages import language


@dataclass(frozen=True, slots=True)
class Step:
    """A page in the way."""

    name: str
    address: str
    here: bool


def _rules() -> Rules | None:
    """The policy; none where its file has a fault: the page that says so is made with these values too."""
    try:
        return site().rules()
    except SekishoError:
        return None


def shared(request: Any) -> dict[str, Any]:
    """Values for all templates."""
    words: dict[str, Any] = {"lang": language(), "way": []}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return words
    mine = memberships(user)
    try:
        contract, membership = chosen(request, mine)
    except Exception:  # nothing to show the way to
        return words
    path = request.path
    way = [
        Step(name, f"/{name}", path == f"/{name}" or path.startswith(f"/{name}/"))
        for name in WAY
        if level(name, membership.role) > Level.NONE and (name not in OF_HUB or is_hub(site().home))
    ]
    rules = _rules()
    titles = {c.id: c.title for c in rules.policy.contract} if rules else {}
    names = list(titles) if EVERY in mine else [c for c in titles if c in mine]
    return {
        **words,
        "way": way,
        "contract": contract,
        "contract_title": titles.get(contract, ""),
        "contracts": [(name, titles[name]) for name in names],
        "every": EVERY if EVERY in mine else "",
        "role": membership.role,
        "number": membership.worker or f"#{user.pk}",
        "may_unmask": level("unmask", membership.role) == Level.DO,
        "clear": clear_now(request, contract, membership.role),
        "today": clock.today(),
    }
