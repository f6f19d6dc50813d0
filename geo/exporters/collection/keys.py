"""The hidden key of a row: whose it is, in which round, and a check that shows when somebody changed it."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

_FORM = re.compile(r"(\d{1,18})\|(\d{1,18})\|([^|]{1,200})\|([0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class RowKey:
    """What a key says: the round, the unit it was sent to, the project. `genuine` when the check holds."""

    round_id: int
    unit_id: int
    project: str
    genuine: bool


def make_key(salt: str, round_id: int, unit_id: int, project: str) -> str:
    """The key of one row; `salt` is the round's own."""
    said = f"{round_id}|{unit_id}|{project}"
    return f"{said}|{_check(salt, said)}"


def read_key(text: str | None, salt: str) -> RowKey | None:
    """What a key says; None when there is none. Keys of other rounds are never `genuine` under this one's salt."""
    match = _FORM.fullmatch((text or "").strip())
    if match is None:
        return None
    said = "|".join(match.groups()[:3])
    genuine = hmac.compare_digest(_check(salt, said), match[4])
    return RowKey(int(match[1]), int(match[2]), match[3], genuine)


def _check(salt: str, said: str) -> str:
    return hmac.new(salt.encode(), said.encode(), hashlib.sha256).hexdigest()[:12]
