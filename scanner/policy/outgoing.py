"""What is told to other programs and people, and where: a digest, events, numbers. Off by default; no other address is ever used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from scanner.policy.base import Strict
from scanner.policy.faults import fault

_ADDRESS = r"^([^\s@,;<>\"]+@[^\s@,;<>\"]+)?$"
_HOST = r"^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])?(:[0-9]{1,5})?$"


class DigestRules(Strict):
    """要約のお知らせ: counts, codes, days; no path, no value."""

    every: Literal["off", "daily", "weekly"] = Field(default="off", description="送る間隔")
    server: str = Field(default="", pattern=_HOST, description="送信用メールサーバー(ホスト:ポート)")
    security: Literal["starttls", "tls"] = Field(default="starttls", description="暗号化しない送信はしません")
    sender: str = Field(default="", pattern=_ADDRESS, description="差出人のメールアドレス")
    to: tuple[str, ...] = Field(default=(), description="宛先のメールアドレス")
    user: str = Field(default="", description="メールサーバーの利用者名。空なら認証しません")
    password_file: str = Field(default="", description="パスワードを1行目に書いたファイル")
    urls: tuple[str, ...] = Field(default=(), description="apprise の通知先(Webhook など)")

    @model_validator(mode="after")
    def _whole(self) -> DigestRules:
        if self.every != "off" and not self.urls and not (self.server and self.sender and self.to):
            raise fault("digest_nowhere")
        return self


class EventRules(Strict):
    """他の製品へ送るイベント: one a point that opened or closed; no path, no value."""

    format: Literal["ocsf", "cef"] = Field(default="ocsf", description="形式(OCSF の JSON か CEF)")
    syslog: str = Field(default="", pattern=_HOST, description="syslog サーバー(RFC 5424、TLS。ホスト:ポート)")
    ca: str = Field(default="", description="syslog サーバーの証明書を確かめる認証局のファイル。空ならシステムのもの")


def destinations(digest: DigestRules, events: EventRules, urls: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(what goes there, address without its secrets) of everything that these rules make the program go to."""
    if digest.every != "off":
        if digest.server:
            yield "digest", f"{digest.security}://{digest.server}"
        for url in digest.urls:
            yield "digest", shown(url)
    if events.syslog:
        yield "events", f"tls://{events.syslog}"
    for url in urls:
        yield "alerts", shown(url)


def shown(url: str) -> str:
    """An address of apprise as it may be shown: scheme and host; the rest holds secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2] if '.' in parts.netloc else '…'}"
