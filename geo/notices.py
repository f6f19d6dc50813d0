"""What a clerk is told of an import: where in the file, which value, what became of it and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. `sheet` and `row` as a person counts them; the messages are whole sentences."""

    level: str  # mended | noted | refused
    sheet: str | None
    row: int | None
    field: str | None
    value: str | None
    message_zh: str
    message_en: str
