"""Query strings → what was asked. A page leaves out what it cannot read and says so; machines are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LARGEST_ID = 2**63 - 1
"""The largest number that a row can have."""
LARGEST_INTEGER = 2**31 - 1
"""The largest version, rank or row of a sheet."""
_LONGEST_NUMBER = 19

FURTHEST = timedelta(days=3660)
"""No day further than ten years from today means anything to the map."""

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AskedDay:
    """The day that a page shows, and what was written in the address if that could not be read."""

    on: date
    left_out: str | None = None


def parse_day(text: str) -> date | None:
    """The day written as YYYY-MM-DD, or None if it is not one."""
    if not ISO_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_number(text: str | None, most: int = LARGEST_ID) -> int | None:
    """The whole number from 0 to `most` that is written in plain digits; None for all else, however long it is."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        return None
    number = int(text)
    return number if number <= most else None


def read_saved(args: Mapping[str, str], kinds: Collection[str]) -> tuple[str, int, int] | None:
    """What was saved just now, from `saved=kind.id.version`; None if the address does not say."""
    kind, row_id, version = ([*args.get("saved", "").split("."), "", "", ""])[:3]
    number, seen = read_number(row_id), read_number(version, LARGEST_INTEGER)
    return None if kind not in kinds or not number or not seen else (kind, number, seen)


def read_day(args: Mapping[str, str], today: date) -> AskedDay:
    """The day asked for by `day=YYYY-MM-DD`; today if there is none, it cannot be read or it is too far away."""
    text = args.get("day", "").strip()
    if not text:
        return AskedDay(today)
    asked = parse_day(text)
    if asked is None or abs(asked - today) > FURTHEST:
        return AskedDay(today, left_out=text[:40])
    return AskedDay(asked)
