"""Sending what the policy says should be told: the digest by mail or webhook, events by syslog. One message, over TLS, to addresses of the
policy alone; each sending is an entry of the record."""

from __future__ import annotations

import json
import smtplib
import socket
import ssl
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from scanner import clock
from scanner.errors import SekishoError
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.policy.models import Policy
from scanner.policy.outgoing import DigestRules, EventRules, shown
from scanner.report import digest

PATIENCE = 30
"""Seconds that a server has to answer."""
_EVERY = {"daily": timedelta(hours=20), "weekly": timedelta(days=6, hours=12)}
"""Shorter than a day and a week, so that a task of every morning is not passed over by a few minutes."""


class TellingError(SekishoError):
    """What could not be sent; ``code`` names the message."""

    section = "digest"


def last_sent(reader: Reader) -> str:
    """Moment (UTC) of the last digest, but for those of a clock that ran ahead; empty before the first."""
    sent = "select at from ledger where kind = 'digest_sent' and at <= ? order by seq desc limit 1"
    rows = reader.rows(sent, (clock.stamp(),))
    return str(rows[0]["at"]) if rows else ""


def due(rules: DigestRules, last: str) -> bool:
    """Whether it is time for the next digest."""
    wait = _EVERY.get(rules.every)
    return wait is not None and (not last or clock.now() - datetime.fromisoformat(last) >= wait)


def send_digest(
    home: Home, rules: DigestRules, reader: Reader, policy: Policy | None = None, base: Path | None = None
) -> list[str]:
    """Send one now on every way of the policy; returns the addresses, without secrets. Raises ``TellingError`` where one did not take it,
    after the others were tried."""
    today = clock.today()
    found = digest.gathered(reader, last_sent(reader), today, policy, base)
    title, text = digest.subject(found), digest.body(found, today)
    done: list[str] = []
    failed: list[TellingError] = []
    ways = [("mail", "")] if rules.server and rules.to else []
    for way, url in [*ways, *(("url", url) for url in rules.urls)]:
        try:
            if way == "mail":
                _mailed(rules, title, text)
                done.append(f"{rules.security}://{rules.server}")
            else:
                _posted(url, title, text)
                done.append(shown(url))
        except TellingError as error:
            failed.append(error)
    if done:
        with Store(home.database, only_notes=True) as store:
            store.note("digest_sent", count=found.open, late=found.late, ways=len(done), failed=len(failed))
    if failed:
        raise failed[0]
    return done


def _mailed(rules: DigestRules, title: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = title, rules.sender, ", ".join(rules.to)
    message["Date"], message["Message-ID"] = (
        format_datetime(clock.now()),
        make_msgid(domain=rules.sender.rpartition("@")[2]),
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    context = ssl.create_default_context()
    host, port = _split(rules.server, 465 if rules.security == "tls" else 587)
    try:
        if rules.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=PATIENCE)
        with server:
            if rules.security == "starttls":
                server.starttls(context=context)
            if rules.user:
                server.login(rules.user, _password(rules.password_file))
            server.send_message(message)
    except ssl.SSLError:
        raise TellingError("bad_certificate", address=rules.server) from None
    except (smtplib.SMTPException, OSError) as error:
        raise TellingError("not_sent", address=rules.server, why=type(error).__name__) from None


def _password(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8-sig").partition("\n")[0].strip("\r")
    except (OSError, UnicodeDecodeError):
        raise TellingError("no_password", path=name) from None


def _posted(url: str, title: str, text: str) -> None:
    try:
        import apprise
    except ImportError:
        raise TellingError("apprise_missing") from None
    sender = apprise.Apprise()
    if not (sender.add(url) and sender.notify(title=title, body=text)):
        raise TellingError("not_sent", address=shown(url), why="refused")


def send_events(rules: EventRules, lines: Iterable[str]) -> int:
    """Send lines to the syslog server over TLS (RFC 5425: each behind its length); how many. Raises ``TellingError``."""
    host, port = _split(rules.syslog, 6514)
    count = 0
    try:
        context = ssl.create_default_context(cafile=rules.ca or None)
        with (
            socket.create_connection((host, port), timeout=PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=host) as server,
        ):
            for line in lines:
                data = line.encode("utf-8")
                server.sendall(b"%d %s" % (len(data), data))
                count += 1
    except ssl.SSLError:
        raise TellingError("bad_certificate", address=rules.syslog) from None
    except OSError as error:
        raise TellingError("not_sent", address=rules.syslog, why=type(error).__name__) from None
    return count


def _split(address: str, port: int) -> tuple[str, int]:
    host, mark, number = address.rpartition(":")
    if not mark or address.endswith("]"):
        return address.strip("[]"), port
    return host.strip("[]"), int(number)


def events_mark(reader: Reader) -> int:
    """The entry of the record up to which events were sent."""
    rows = reader.rows("select details from ledger where kind = 'events_sent' order by seq desc limit 1")
    return int(json.loads(rows[0]["details"])["last"]) if rows else 0
