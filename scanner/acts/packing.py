"""帳票14: the archive that an inspector takes along."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from scanner.acts.issuing import Order, context_of, issue, japanese
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.policy.models import Policy
from scanner.report.forms import registry
from scanner.report.forms.interface import FormRefused
from scanner.report.pack import build


def pack(order: Order, home: Home, reader: Reader, policy: Policy | None, digest: str) -> bytes:
    """All forms as workbooks, with record and means of verification. Forms that are about one contract or incident are in it
    as far as they can be issued; what cannot is named in ``missing.txt`` with the reason."""
    buffer = io.BytesIO()
    missing: list[str] = []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in registry.FORMS:
            if number.startswith("11"):
                continue  # incidents are reported by themselves
            contracts = [c.id for c in policy.contract if order.contract in ("", c.id)] if policy else []
            wanted = contracts if number in registry.NEED_MORE else [order.contract]
            for contract in wanted:
                one = replace(order, number=number, style="xlsx", contract=contract, template=None)
                name = f"forms/{number}{'-' + contract if number in registry.NEED_MORE else ''}.xlsx"
                try:
                    archive.writestr(name, issue(one, home, reader, policy, digest))
                except FormRefused as refused:
                    missing.append(f"{name}: {refused.code}")
        with japanese():
            for name, data in build.members(context_of(order, home, reader, policy)):
                archive.writestr(name, data)
        if missing:
            archive.writestr("missing.txt", "\n".join(missing) + "\n")
    return buffer.getvalue()
