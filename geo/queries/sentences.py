"""One sentence for each site: why its lamp is what it is on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import select

from geo.model.lamps import StatusSpan
from geo.status import Reason, Status, explain_all

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def read_sentences(session: Session, day: date, language: Literal["zh", "en"]) -> dict[int, str]:
    """The sentence of every site on `day`, by zone id."""
    rows = session.execute(
        select(StatusSpan.site_id, StatusSpan.lamp, StatusSpan.stage, StatusSpan.reasons).where(
            StatusSpan.site_id.is_not(None), StatusSpan.days.contains(day)
        )
    )
    return {
        site_id: explain_all(
            Status(lamp, stage, tuple(Reason.from_json(reason) for reason in reasons)),
            day,
            language,
        )
        for site_id, lamp, stage, reasons in rows
    }
