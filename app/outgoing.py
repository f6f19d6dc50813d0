"""What leaves this server: webhooks to allowed addresses, and e-mail. Nothing is followed, nothing else is asked."""

from __future__ import annotations

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import requests

from geo.changes.subscriptions import is_allowed
from geo.errors import JiantuError
from geo.exporters.notices import write_notice, write_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.config import Settings
    from geo.changes.deliveries import Parcel

PATIENCE_S = 10
LARGEST_ANSWER = 10_000


class NotDeliveredError(JiantuError):
    """The receiver did not take it."""


def sender_of(
    settings: Settings, time_zone: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Callable[[Parcel], None]:
    """A function that sends a parcel by its channel and raises an error when it did not arrive."""

    def send(parcel: Parcel) -> None:
        notice = write_notice(parcel.place, parcel.happened_at, parcel.lines, time_zone)
        title = notice.split("\n", maxsplit=1)[0]
        if parcel.channel == "email":
            _send_mail(settings, parcel, title, notice)
        else:
            _post(settings, parcel, {"title": title, "text": notice, "key": parcel.key}, now())

    return send


def _post(settings: Settings, parcel: Parcel, words: dict[str, str], at: datetime) -> None:
    url, kind = parcel.webhook_url or "", parcel.webhook_kind or "plain"
    # The list may have become shorter since the place was first watched.
    if not is_allowed(url, settings.allowed_webhooks):
        message = "the address is not on the list of allowed ones (JIANTU_WEBHOOK_ORIGINS)"
        raise NotDeliveredError(message)
    request = write_request(kind, url, parcel.webhook_secret or "", words, at)
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            request.url,
            data=request.body,
            headers=request.headers,
            timeout=PATIENCE_S,
            allow_redirects=False,
            stream=True,
        )
        said = answer.raw.read(LARGEST_ANSWER, decode_content=True)
    if answer.status_code // 100 != 2:  # noqa: PLR2004  the hundred of success
        message = f"HTTP {answer.status_code}"
        raise NotDeliveredError(message)
    if kind in {"dingtalk", "wecom"} and b'"errcode":0' not in said.replace(b" ", b""):
        message = f"refused: {said[:120].decode(errors='replace')}"
        raise NotDeliveredError(message)


def _send_mail(settings: Settings, parcel: Parcel, title: str, notice: str) -> None:
    if settings.smtp_host is None:
        message = "no mail server is set (JIANTU_SMTP_HOST)"
        raise NotDeliveredError(message)
    mail = EmailMessage()
    mail["Subject"] = title
    mail["From"] = settings.smtp_from
    mail["To"] = parcel.email or ""
    mail["Date"] = parcel.happened_at
    mail["Message-ID"] = f"<{parcel.key}@{settings.smtp_from.rsplit('@', maxsplit=1)[-1]}>"
    mail.set_content(notice)
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=PATIENCE_S) as server:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user is not None and settings.smtp_password is not None:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(mail)
