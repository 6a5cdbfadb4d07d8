"""Who asks, for which contract, in which role; and the one gate through which every page and act goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from scanner import clock
from scanner.acts.signing import Rules
from scanner.console import audit, errors
from scanner.console.accounts.models import Membership
from scanner.console.masking import Names
from scanner.console.roles import EVERY, Level, Role, level
from scanner.console.site import Site, site
from scanner.errors import SekishoError
from scanner.inventory.reader import Reader
from scanner.policy.models import Contract, Worker, bare_account

_HIGHEST = 2**63 - 1
"""Of what a table can number."""
CONTRACT, CLEAR = "contract", "clear_in"
"""Names in the session."""


@dataclass(slots=True)
class Visit:
    """One request of somebody who may make it."""

    request: Any
    site: Site
    reader: Reader
    rules: Rules | None
    membership: Membership
    contract: str
    """The contract in question; empty for all of them."""
    level: Level
    names: Names
    about: dict[str, Any] = field(default_factory=dict)
    """What the entry of the record says beside the page: numbers, codes."""

    @property
    def role(self) -> Role:
        """The role in this contract."""
        return Role(self.membership.role)

    @property
    def number(self) -> str:
        """What the record calls the person: the number of the register, else that of the account."""
        return self.membership.worker or audit.number_of(self.request.user)

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """Those that pages may show now."""
        every = self.rules.policy.contract if self.rules else ()
        return tuple(c for c in every if self.contract in ("", c.id))

    @property
    def accounts(self) -> frozenset[str]:
        """Accounts of the machines that the register gives this person, as ``bare_account`` has them."""
        mine = [w for w in self.workers if w.id == self.membership.worker]
        return frozenset(bare_account(account) for worker in mine for account in worker.accounts)

    @property
    def workers(self) -> list[Worker]:
        """Everybody of the register of these contracts."""
        return [worker for contract in self.contracts for worker in contract.worker]

    def may(self, page: str, least: Level = Level.DO) -> bool:
        """Whether this person may something else here."""
        return level(page, self.role) >= least

    def shown(self, template: str, **values: Any) -> HttpResponse:
        """A page."""
        return render(self.request, f"console/{template}.html", {"visit": self, **values})

    def to(self, address: str, told: str = "") -> HttpResponse:
        """Another page after an act; ``told``: what was done."""
        from django.contrib import messages

        if told:
            messages.success(self.request, told)
        return HttpResponseRedirect(address)


def memberships(user: Any) -> dict[str, Membership]:
    """Contract → what the person may there today."""
    today = clock.today()
    mine = Membership.objects.filter(user=user)
    return {m.contract: m for m in mine if m.ends is None or today <= m.ends}


def chosen(request: Any, mine: dict[str, Membership]) -> tuple[str, Membership]:
    """The contract that a request is about; raises ``Http404`` for one that the person has no part in."""
    asked = request.GET.get(CONTRACT)
    name = request.session.get(CONTRACT, "") if asked is None else asked
    if name and name != EVERY and (name in mine or EVERY in mine):
        found = mine.get(name) or mine[EVERY]
    elif asked and asked != EVERY:
        raise Http404
    elif EVERY in mine:
        name, found = "", mine[EVERY]
    elif mine:
        name, found = min(mine.items())
    else:
        raise Http404
    if asked is not None:
        request.session[CONTRACT] = name
    return name, found


def clear_now(request: Any, contract: str, role: str) -> bool:
    """Whether names stand in clear: for the contract about which the reason was given, in a role that may give one."""
    until = request.session.get(CLEAR, {}).get(contract, 0)
    return level("unmask", role) is Level.DO and until > clock.now().timestamp()


View = Callable[..., HttpResponse]


def page(name: str, *, least: Level = Level.OWN, act: bool = False) -> Callable[[View], View]:
    """A page of the table of roles. It is shown after it was entered in the record; an ``act`` comes by a form alone, and enters
    itself."""

    def gate(view: View) -> View:
        @wraps(view)
        @login_required
        def asked(request: Any, **words: Any) -> HttpResponse:
            contract, who = "", audit.number_of(request.user)

            def refused(why: str) -> None:
                audit.enter("console_refused", contract=contract, why=why, page=name, user=who)

            try:
                if (request.method == "POST") is not act:
                    refused("method")
                    return errors.plain(405)
                try:
                    if any(isinstance(word, int) and word > _HIGHEST for word in words.values()):
                        raise Http404
                    contract, membership = chosen(request, memberships(request.user))
                    who = membership.worker or who
                    granted = level(name, membership.role)
                    if granted >= least:
                        return _answered(request, contract, membership, granted, words)
                except Http404:
                    refused("nothing")
                    raise
                refused("role")
                return errors.forbidden(request)
            except SekishoError as error:
                return errors.refused(request, error)

        def _answered(
            request: Any, contract: str, membership: Membership, granted: Level, words: dict[str, Any]
        ) -> HttpResponse:
            here = site()
            rules = here.rules()
            if contract and rules and contract not in {c.id for c in rules.policy.contract}:
                request.session.pop(CONTRACT, None)
                raise Http404
            clear = clear_now(request, contract, membership.role)
            with here.reader() as reader:
                if not act:
                    reader.db.execute("begin")  # a page shows one state of things, whatever is written meanwhile
                names = Names(here.home, reader.db, clear=clear)
                visit = Visit(request, here, reader, rules, membership, contract, granted, names)
                response = view(visit, **words)
                if not act:
                    told = {**visit.about, **({"clear": True} if clear else {})}
                    audit.enter("console_viewed", contract=contract, user=visit.number, page=name, **told)
            patch_vary_headers(response, ("Cookie",))
            return response

        asked.page, asked.least, asked.act = name, least, act  # type: ignore[attr-defined]
        return asked

    return gate
