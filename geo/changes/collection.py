"""What the command office does in a collection: open a round, keep files, answer, send back, take in, undo."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from geo.changes.batches import take_batch
from geo.changes.files import keep_file
from geo.changes.undo import set_request, undo_requests
from geo.codelists import plain
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.collection import (
    CollectionAnswer,
    CollectionFile,
    CollectionMerge,
    CollectionRound,
    CollectionSheet,
    NameAlias,
    SheetState,
)
from geo.queries.collection_facts import list_reporting_units

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from geo.changes.batches import Outcome
    from geo.records import Batch

_LONGEST = {"week": 7, "ten_days": 11, "month": 31}
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class RoundWords:
    """What opens a round."""

    period: str
    first_on: date
    last_on: date
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """A file that came: its name and bytes, what was read in it (None: nothing), or why it was refused."""

    file_name: str
    content: bytes
    media_type: str
    cells: dict[str, Any] | None
    refusal: str | None = None
    typed_for: bool = True


def open_round(session: Session, words: RoundWords, actor: str, now: datetime) -> int:
    """Open a round: every unit that leads a project which counts and is not finished owes a sheet. Its id."""
    if words.period not in _LONGEST:
        zh, en = "请选择周报、旬报或月报。", "Choose week, ten days or month."
        raise ChangeRefusedError(zh, en)
    days = (words.last_on - words.first_on).days + 1
    if not 1 <= days <= _LONGEST[words.period]:
        zh = f"填报期有 {days} 天,与报表周期不符,请核对起止日期。"
        en = f"The period has {days} days, which does not fit the kind of report. Check both days."
        raise ChangeRefusedError(zh, en)
    again = session.scalar(
        select(CollectionRound.id).where(
            CollectionRound.period == words.period, CollectionRound.first_on == words.first_on
        )
    )
    if again is not None:
        zh, en = "这一期已经开始收表了。", "This round is open already."
        raise ChangeRefusedError(zh, en)
    units = list_reporting_units(session)
    if not units:
        zh = "没有应报的单位:还没有在建项目,或者项目没有牵头单位。"
        en = "No unit owes a sheet: there are no projects, or none has a lead unit."
        raise ChangeRefusedError(zh, en)
    opened = CollectionRound(
        period=words.period,
        first_on=words.first_on,
        last_on=words.last_on,
        due_at=words.due_at,
        salt=secrets.token_hex(16),
        opened_by=actor,
        opened_at=now,
    )
    session.add(opened)
    session.flush()
    session.add_all(CollectionSheet(round_id=opened.id, unit_id=unit) for unit in units)
    session.flush()
    return opened.id


def next_period(period: str, last_on: date) -> tuple[date, date]:
    """First and last day of the period after the one that ends on `last_on`."""
    first = last_on + timedelta(days=1)
    if period == "week":
        return first, first + timedelta(days=6)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    if period == "ten_days" and first.day < 21:  # noqa: PLR2004  the last third of a month
        return first, first + timedelta(days=9)
    return first, following - timedelta(days=1)


def keep_collected(  # noqa: PLR0913, PLR0917  where to, what, who and when
    session: Session, round_id: int, sheet_id: int | None, came: Came, actor: str, now: datetime
) -> int:
    """Keep a file that came, and make it the one that holds for its sheet (None: nobody knows whose). Its id.

    The file before it stays among those that came. The same bytes again change nothing.
    """
    _lock_round(session, round_id)
    digest = keep_file(session, came.content, came.media_type)
    same = session.scalar(
        select(CollectionFile.id).where(
            CollectionFile.round_id == round_id,
            CollectionFile.sha256 == digest,
            CollectionFile.sheet_id.is_not_distinct_from(sheet_id),
            CollectionFile.current | CollectionFile.sheet_id.is_(None),
        )
    )
    if same is not None:
        return same
    kept = CollectionFile(
        round_id=round_id,
        file_name=came.file_name[-_LONGEST_NAME:],
        sha256=digest,
        received_at=now,
        received_by=actor,
        typed_for=came.typed_for,
        cells=came.cells,
        refusal=came.refusal,
    )
    session.add(kept)
    session.flush()
    if sheet_id is not None:
        place_file(session, kept.id, sheet_id)
    return kept.id


def keep_handed_in(session: Session, sheet_id: int, came: Came, actor: str, now: datetime) -> int:
    """Keep a file that a unit hands in as its own sheet; it then holds. Its id. The same bytes again change nothing."""
    sheet = session.scalar(
        select(CollectionSheet).where(CollectionSheet.id == sheet_id).with_for_update()
    )
    if sheet is None:
        message = f"no sheet {sheet_id}"
        raise NotFoundError(message)
    digest = keep_file(session, came.content, came.media_type)
    files = select(CollectionFile.id, CollectionFile.sha256).where(
        CollectionFile.sheet_id == sheet_id, CollectionFile.current
    )
    same = session.execute(files).first()
    if same is not None and same.sha256 == digest and sheet.state is SheetState.RECEIVED:
        return int(same.id)
    session.execute(
        update(CollectionFile)
        .where(CollectionFile.sheet_id == sheet_id, CollectionFile.current)
        .values(current=False)
    )
    kept = CollectionFile(
        round_id=sheet.round_id,
        sheet_id=sheet_id,
        file_name=came.file_name[-_LONGEST_NAME:],
        sha256=digest,
        received_at=now,
        received_by=actor,
        typed_for=False,
        current=True,
        cells=came.cells,
    )
    session.add(kept)
    sheet.state = SheetState.RECEIVED
    session.flush()
    return kept.id


def place_file(session: Session, file_id: int, sheet_id: int) -> None:
    """Say whose file it is; it then holds for that sheet."""
    kept = session.get(CollectionFile, file_id)
    sheet = session.get(CollectionSheet, sheet_id, with_for_update=True)
    if kept is None or sheet is None or kept.round_id != sheet.round_id or kept.cells is None:
        message = "no such file or sheet in one round"
        raise NotFoundError(message)
    session.execute(
        update(CollectionFile)
        .where(CollectionFile.sheet_id == sheet_id, CollectionFile.current)
        .values(current=False)
    )
    kept.sheet_id, kept.current = sheet_id, True
    sheet.state = SheetState.RECEIVED
    session.flush()


def forget_file(session: Session, file_id: int) -> None:
    """Take a file out of the round that belongs to no sheet: it was dropped by mistake."""
    kept = session.get(CollectionFile, file_id)
    if kept is None or kept.sheet_id is not None:
        message = f"no unplaced file {file_id}"
        raise NotFoundError(message)
    session.delete(kept)
    session.flush()


def keep_answer(  # noqa: PLR0913, PLR0917  which finding, what, who and when
    session: Session,
    file_id: int,
    mark: tuple[int, str, str],
    choice: str,
    actor: str,
    now: datetime,
) -> None:
    """Keep what was decided about a finding; a later decision takes its place."""
    row, field, kind = mark
    values = {"choice": choice, "answered_by": actor, "answered_at": now}
    session.execute(
        insert(CollectionAnswer)
        .values(file_id=file_id, row=row, field=field, kind=kind, **values)
        .on_conflict_do_update(index_elements=["file_id", "row", "field", "kind"], set_=values)
    )


def drop_answer(session: Session, file_id: int, mark: tuple[int, str, str]) -> None:
    """Take a decision back."""
    row, field, kind = mark
    for one in session.scalars(
        select(CollectionAnswer).where(
            CollectionAnswer.file_id == file_id,
            CollectionAnswer.row == row,
            CollectionAnswer.field == field,
            CollectionAnswer.kind == kind,
        )
    ):
        session.delete(one)
    session.flush()


@dataclass(frozen=True, slots=True)
class Meant:
    """What a name means: a project or a unit. `for_unit_id`: for whose sheets; None for everybody's."""

    project_id: int | None = None
    unit_id: int | None = None
    for_unit_id: int | None = None


def remember_alias(session: Session, name: str, meant: Meant, actor: str, now: datetime) -> None:
    """Remember what somebody confirmed a name to mean; a later word on the same takes its place."""
    alias = plain(name)
    if not alias:
        return
    forget_aliases(session, name, [meant.for_unit_id], of_units=meant.unit_id is not None)
    session.execute(
        insert(NameAlias).values(alias=alias, **asdict(meant), confirmed_by=actor, confirmed_at=now)
    )


def forget_aliases(
    session: Session, name: str, for_unit_ids: Collection[int | None], *, of_units: bool = False
) -> int:
    """Forget what project (or unit) a name was confirmed to mean, for these units' sheets (None: all). How many."""
    kind = NameAlias.unit_id if of_units else NameAlias.project_id
    found = session.scalars(
        select(NameAlias).where(
            NameAlias.alias == plain(name),
            kind.is_not(None),
            or_(*(NameAlias.for_unit_id.is_not_distinct_from(unit_id) for unit_id in for_unit_ids)),
        )
    ).all()
    for one in found:
        session.delete(one)
    session.flush()
    return len(found)


def return_sheet(session: Session, sheet_id: int, now: datetime) -> None:
    """Send a sheet back (退回); a sheet that was taken in must be undone first."""
    sheet = get_sheet(session, sheet_id)
    if sheet.state is SheetState.MERGED:
        zh, en = (
            "该表已入库,请先撤销入库再退回。",
            "This sheet was taken in. Undo that before sending it back.",
        )
        raise ChangeRefusedError(zh, en)
    if sheet.state is SheetState.AWAITED:
        zh, en = (
            "该单位还没有报表,无从退回。",
            "Nothing has come from this unit that could be sent back.",
        )
        raise ChangeRefusedError(zh, en)
    sheet.state, sheet.returned_at = SheetState.RETURNED, now
    session.flush()


def take_sheet(  # noqa: PLR0913, PLR0917  which, what, as of when, who
    session: Session,
    sheet_id: int,
    file_id: int,
    batch: Batch,
    day: date,
    actor: str,
    now: datetime,
) -> Outcome:
    """Take a sheet's records into the ledger as one change that can be undone."""
    sheet = get_sheet(session, sheet_id)
    _lock_round(session, sheet.round_id)
    kept = session.get(CollectionFile, file_id)
    if kept is None or kept.sheet_id != sheet_id or not kept.current:
        zh, en = (
            "该单位又报了新表,请看过新表再入库。",
            "A newer file came from this unit. Look at it first.",
        )
        raise ChangeRefusedError(zh, en)
    if sheet.state is SheetState.MERGED:
        zh, en = "该表已经入库。", "This sheet was taken in already."
        raise ChangeRefusedError(zh, en)
    request = f"collection:{secrets.token_hex(12)}"
    set_request(session, request)
    outcome = take_batch(session, batch, day)
    set_request(session, "")
    session.add(
        CollectionMerge(
            sheet_id=sheet_id,
            file_id=file_id,
            request_id=request,
            merged_by=actor,
            merged_at=now,
            counts={kind: asdict(tally) for kind, tally in outcome.tallies.items()},
            notices=[
                {"level": one.level, "zh": one.message_zh, "en": one.message_en}
                for one in outcome.notices
            ],
        )
    )
    sheet.state = SheetState.MERGED
    session.flush()
    return outcome


def undo_merges(
    session: Session, merge_ids: Collection[int], day: date, actor: str, now: datetime
) -> int:
    """Undo takings-in as one: the rows are as before by their history, the sheets wait again. How many there were."""
    merges: Sequence[CollectionMerge] = session.scalars(
        select(CollectionMerge)
        .where(CollectionMerge.id.in_(sorted(merge_ids)), CollectionMerge.undone_at.is_(None))
        .with_for_update()
    ).all()
    if not merges:
        zh, en = "没有可撤销的入库。", "There is nothing to undo."
        raise ChangeRefusedError(zh, en)
    undo_requests(session, [one.request_id for one in merges], day)
    for one in merges:
        one.undone_by, one.undone_at = actor, now
        sheet = get_sheet(session, one.sheet_id)
        earlier = session.scalar(
            select(CollectionMerge.id).where(
                CollectionMerge.sheet_id == one.sheet_id,
                CollectionMerge.undone_at.is_(None),
                CollectionMerge.id.not_in([each.id for each in merges]),
            )
        )
        sheet.state = SheetState.RECEIVED if earlier is None else sheet.state
    session.flush()
    return len(merges)


def list_merges(session: Session, *, round_id: int) -> list[int]:
    """Ids of all takings-in of a round that hold."""
    return list(
        session.scalars(
            select(CollectionMerge.id)
            .join(CollectionSheet, CollectionSheet.id == CollectionMerge.sheet_id)
            .where(CollectionSheet.round_id == round_id, CollectionMerge.undone_at.is_(None))
        )
    )


def get_sheet(session: Session, sheet_id: int) -> CollectionSheet:
    """A sheet; raises `NotFoundError`."""
    sheet = session.get(CollectionSheet, sheet_id)
    if sheet is None:
        message = f"no sheet {sheet_id}"
        raise NotFoundError(message)
    return sheet


def _lock_round(session: Session, round_id: int) -> None:
    """Files and takings-in of one round wait for one another."""
    found = session.scalar(
        select(CollectionRound.id).where(CollectionRound.id == round_id).with_for_update()
    )
    if found is None:
        message = f"no round {round_id}"
        raise NotFoundError(message)
