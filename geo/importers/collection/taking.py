"""Sheets of a collection taken into the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.changes.collection import take_sheet
from geo.errors import ChangeRefusedError
from geo.importers.collection.judged import Judged, judge_round
from geo.importers.collection.records import make_batch

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session


def take_in(  # noqa: PLR0913, PLR0917  what, as of when, who
    session: Session,
    round_id: int,
    sheet_ids: set[int] | None,
    day: date,
    actor: str,
    now: datetime,
) -> int:
    """Take sheets of a round into the ledger (None: all that have no open question). How many were taken.

    Raises `ChangeRefusedError` when one of those named cannot be taken, and then none may be kept.
    """
    judged = judge_round(session, round_id)
    ready = judged.ready()
    if sheet_ids is not None:
        ready = [(sheet, one) for sheet, one in ready if sheet.id in sheet_ids]
        if len(ready) != len(sheet_ids):
            raise ChangeRefusedError(*_why_not(judged, sheet_ids))
    if not ready:
        zh = "没有可以入库的表:都已入库,或者还有待答的问题。"
        en = "No sheet can be taken in: all were, or have open questions."
        raise ChangeRefusedError(zh, en)
    for sheet, assessed in ready:
        current = sheet.current
        assert current is not None  # noqa: S101  only sheets with a file are judged
        origin = f"收表{'(代录)' if current.typed_for else ''}:{sheet.unit} {current.file_name}"
        batch = make_batch(assessed.taken, judged.facts, day, origin)
        take_sheet(session, sheet.id, current.id, batch, day, actor, now)
    return len(ready)


def _why_not(judged: Judged, sheet_ids: set[int]) -> tuple[str, str]:
    for sheet in judged.round.sheets:
        if sheet.id in sheet_ids and sheet.state == "received" and sheet.id in judged.assessed:
            count = len(judged.assessed[sheet.id].open)
            if count:
                return (
                    f"{sheet.unit}的表还有 {count} 个问题没有答复,答完才能入库。",
                    f"The sheet of {sheet.unit} has {count} open questions. Answer them first.",
                )
    return (
        "这份表现在不能入库,请刷新后再看。",
        "This sheet cannot be taken in now. Load the page again.",
    )
