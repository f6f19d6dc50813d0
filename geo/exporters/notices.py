"""What is sent about a watched place: the text for a work group, and the body that each kind of webhook wants."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

TEMPLATES = Path(__file__).resolve().parents[2] / "data" / "messages"
_PLACE = re.compile(r"\{(\w+)\}")
INTERNAL = "【内部】"


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted, where, and with which headers."""

    url: str
    body: bytes
    headers: dict[str, str]


def write_notice(
    place: str, happened_at: datetime, lines: Sequence[Mapping[str, Any]], time_zone: str
) -> str:
    """The text to copy into a work group: marked as internal, when and where, then a line for each change."""
    at = happened_at.astimezone(ZoneInfo(time_zone))
    head = f"{INTERNAL}{place} {at.month}月{at.day}日{at:%H:%M} 有{len(lines)}项变化"
    return "\n".join([head, *(f"{number}. {line['zh']}" for number, line in enumerate(lines, 1))])


def write_request(
    kind: str, url: str, secret: str, words: Mapping[str, str], at: datetime
) -> Request:
    """The request of a webhook of that kind, its body made of the template `data/messages/<kind>.json`.

    `words`: title, text, key. plain and sms are signed in a header over time and body, dingtalk in its address; a
    wecom robot is known by the key in its address.
    """
    template = json.loads((TEMPLATES / f"{kind}.json").read_text(encoding="utf-8"))
    body = json.dumps(_filled(template, words), ensure_ascii=False).encode()
    stamp = str(int(at.timestamp() * 1000))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": words["key"],
        "User-Agent": "Jiantu",
    }
    if kind == "dingtalk":
        sign = base64.b64encode(_mac(secret, f"{stamp}\n{secret}".encode())).decode()
        joint = "&" if "?" in url else "?"
        url = f"{url}{joint}timestamp={stamp}&sign={quote_plus(sign)}"
    elif kind in {"plain", "sms"}:
        headers["X-Jiantu-Timestamp"] = stamp
        headers["X-Jiantu-Signature"] = "sha256=" + _mac(secret, stamp.encode() + b"." + body).hex()
    return Request(url, body, headers)


def _mac(secret: str, message: bytes) -> bytes:
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def _filled(value: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401  JSON
    """A template with its words in place: `{text}` in any string; all else stays as it is."""
    if isinstance(value, dict):
        return {name: _filled(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, words) for one in value]
    if isinstance(value, str):
        # In one go: what is said may itself hold braces, and stays as it is.
        return _PLACE.sub(lambda found: words.get(found[1], found[0]), value)
    return value
