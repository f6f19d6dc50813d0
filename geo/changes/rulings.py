"""Contesting a computed lamp (申诉) and ruling on it (核定): refused in a sentence when it is too late or too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from geo.changes.editing import add_record, begin_change, edit_record, remove_record
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.lamps import Objection, Ruling
from geo.model.projects import Project
from geo.queries.rulings import find_shown_lamps, latest_ruling_day
from geo.status import Lamp

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.queries.rulings import ShownLamp

A_DAY = timedelta(days=1)

NO_UNIT = (
    "该项目没有牵头单位,无法申诉。请先在项目基本情况中填写牵头单位。",
    "The project has no lead unit that could object. Enter the lead unit among the facts first.",
)
IS_RULED = (
    "该灯已经核定,核定期满前不受理申诉。",
    "This lamp is ruled; it cannot be contested before the ruling ends.",
)
IS_FINISHED = (
    "已完工的亮蓝灯,不申诉也不核定。完工日期有误的,请更正完工日期。",
    "What is finished is blue and neither contested nor ruled. If the day of completion is wrong, correct that day.",
)
TOO_LATE = (
    "申诉期已过:该灯自{}起亮,申诉截至{}。",
    "The time for objecting is over: this lamp is shown since {}, and objections ended on {}.",
)
IS_OPEN = (
    "已有一份申诉待核定({}提出),请等待核定,不必重复申诉。",
    "An objection of {} is waiting for a ruling already; there is no need for a second one.",
)
HOLDS = (
    "已有核定在执行(至{})。如需改判,请先结束原核定。",
    "A ruling holds until {}. To rule otherwise, end that one first.",
)
TOO_LONG = (
    "核定从今天起最长 {} 天,最后一日应在今天至{}之间。",
    "A ruling holds from today for at most {} days: its last day lies between today and {}.",
)
SAME = (
    "核定灯与拟亮灯相同,且没有待核定的申诉,无须核定。",
    "The computed lamp is the same and nobody objects to it: there is nothing to rule.",
)
IS_OVER = (
    "该核定已于{}期满,无须结束。",
    "This ruling ended on {} already.",
)
IS_ANSWERED = (
    "该申诉已核定,不能撤回。",
    "This objection has been ruled on; it cannot be taken back.",
)


@dataclass(frozen=True, slots=True)
class RulingWords:
    """What a ruling says: of the project (`site_id` None) or of one site."""

    site_id: int | None
    ruled: Lamp
    last_on: date
    reason: str
    signer: str


def object_to_lamp(
    session: Session, day: date, project_id: int, site_id: int | None, words: str
) -> int:
    """Contest the lamp that is shown of a project or a site on `day`, for the project's lead unit; the objection's id.

    Raises ChangeRefusedError once the working days for it are over, for a lamp that is ruled or blue, and while an
    earlier objection is open; NotFoundError for a site that is not the project's.
    """
    begin_change(session, "objection", {project_id})
    shown = _shown(session, day, project_id, site_id)
    unit_id = session.scalar(select(Project.lead_unit_id).where(Project.id == project_id))
    if unit_id is None:
        raise ChangeRefusedError(*NO_UNIT)
    if shown.ruled:
        raise ChangeRefusedError(*IS_RULED)
    if shown.lamp is Lamp.BLUE:
        raise ChangeRefusedError(*IS_FINISHED)
    if day > shown.object_until_on:
        days = (shown.began_on, shown.object_until_on)
        raise ChangeRefusedError(*(told.format(*days) for told in TOO_LATE))
    waiting = find_open_objection(session, project_id, site_id)
    if waiting is not None:
        raise ChangeRefusedError(*(told.format(waiting.on_day) for told in IS_OPEN))
    values = {
        "project_id": project_id,
        "site_id": site_id,
        "lamp": shown.lamp,
        "on_day": day,
        "unit_id": unit_id,
        "text": words,
        "raised_at": func.now(),
    }
    return add_record(session, day, "objection", values)


def withdraw_objection(session: Session, day: date, objection_id: int, seen: int) -> None:
    """Take back an objection that is still open and whose version `seen` was read; its history stays."""
    if session.scalar(select(Ruling.id).where(Ruling.objection_id == objection_id).limit(1)):
        raise ChangeRefusedError(*IS_ANSWERED)
    remove_record(session, day, "objection", objection_id, seen)


def rule_on_lamp(session: Session, day: date, project_id: int, words: RulingWords) -> int:
    """Have a lamp shown instead of the computed one from `day` to the last day said; the ruling's id.

    An open objection to the same lamp is answered by it. Raises ChangeRefusedError when its days are too many or
    over, when another ruling holds, when there is nothing to rule or the subject is finished.
    """
    begin_change(session, "ruling", {project_id})
    shown = _shown(session, day, project_id, words.site_id)
    if Lamp.BLUE in {shown.computed, words.ruled}:
        raise ChangeRefusedError(*IS_FINISHED)
    latest_on = latest_ruling_day(session, day)
    allowed = (latest_on - day).days + 1
    if not day <= words.last_on <= latest_on:
        raise ChangeRefusedError(*(told.format(allowed, latest_on) for told in TOO_LONG))
    holds_until = session.scalar(
        select(func.max(Ruling.last_on)).where(
            Ruling.project_id == project_id,
            Ruling.site_id.is_not_distinct_from(words.site_id),
            Ruling.last_on >= day,
        )
    )
    if holds_until is not None:
        raise ChangeRefusedError(*(told.format(holds_until) for told in HOLDS))
    objection = find_open_objection(session, project_id, words.site_id)
    if words.ruled is shown.computed and objection is None:
        raise ChangeRefusedError(*SAME)
    values = {
        "project_id": project_id,
        "site_id": words.site_id,
        "objection_id": objection.id if objection else None,
        "computed": shown.computed,
        "ruled": words.ruled,
        "first_on": day,
        "last_on": words.last_on,
        "days_allowed": allowed,
        "reason": words.reason,
        "signer": words.signer,
    }
    return add_record(session, day, "ruling", values)


def end_ruling(session: Session, day: date, ruling_id: int, seen: int) -> int | None:
    """End a ruling whose version `seen` was read, so that `day` shows the computed lamp; its version then.

    One that began on `day` is taken away (None): no day has been shown by it yet. Days up to yesterday stay as they
    were shown. Raises ChangeRefusedError when it is over, ChangeConflictError when somebody has changed it since.
    """
    ruling = session.get(Ruling, ruling_id)
    if ruling is None:
        message = f"there is no ruling {ruling_id}"
        raise NotFoundError(message)
    if ruling.last_on < day:
        raise ChangeRefusedError(*(told.format(ruling.last_on) for told in IS_OVER))
    if ruling.first_on >= day:
        session.expunge(ruling)
        remove_record(session, day, "ruling", ruling_id, seen)
        return None
    session.expunge(ruling)
    return edit_record(session, day, "ruling", ruling_id, seen, {"last_on": day - A_DAY})


def find_open_objection(session: Session, project_id: int, site_id: int | None) -> Objection | None:
    """The objection to a project's or site's lamp that no ruling has answered yet."""
    answered = select(Ruling.id).where(Ruling.objection_id == Objection.id).exists()
    return session.scalars(
        select(Objection)
        .where(
            Objection.project_id == project_id,
            Objection.site_id.is_not_distinct_from(site_id),
            ~answered,
        )
        .order_by(Objection.id.desc())
        .limit(1)
    ).first()


def _shown(session: Session, day: date, project_id: int, site_id: int | None) -> ShownLamp:
    shown = find_shown_lamps(session, project_id, day).get(site_id)
    if shown is None:
        message = f"project {project_id} has no lamp of site {site_id} on {day}"
        raise NotFoundError(message)
    return shown
