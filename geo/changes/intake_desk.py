"""What a clerk does with files in the browser: keep them, keep mappings, undo an import, confirm a place in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from geo.changes.batches import take_batch
from geo.changes.files import keep_file
from geo.changes.undo import undo_requests
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.imports import ImportRun, IntakeFile, MappingRecord
from geo.model.projects import Project
from geo.model.zones import Zone, ZoneKind, ZonePart
from geo.records import Batch, PartRecord, ZoneRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from shapely.geometry.base import BaseGeometry
    from sqlalchemy.orm import Session

_LONGEST_NAME = 200
_ROLES = {ZoneKind.DIVERSION: "taken", ZoneKind.HAUL_ROUTE: "centre_line"}


def keep_intake_file(
    session: Session, file_name: str, content: bytes, actor: str, now: datetime
) -> int:
    """Keep a dropped file so that it can be looked at, tried and imported. Its id."""
    digest = keep_file(session, content, "application/octet-stream")
    kept = IntakeFile(
        file_name=file_name[-_LONGEST_NAME:], sha256=digest, dropped_by=actor, dropped_at=now
    )
    session.add(kept)
    session.flush()
    return kept.id


def save_mapping(  # noqa: PLR0913, PLR0917  its name, what it says, who and when
    session: Session, name: str, title: str, body: str, actor: str, now: datetime
) -> None:
    """Keep a mapping for everybody; one of the same name is replaced, and its history has the old one."""
    values = {"title": title, "body": body, "made_by": actor, "made_at": now}
    session.execute(
        insert(MappingRecord)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )


def undo_import(session: Session, run_id: int, day: date, actor: str, now: datetime) -> int:
    """Undo an import as a whole; how many rows were put back. Raises `ChangeRefusedError` where that cannot be."""
    run = session.scalars(
        select(ImportRun).where(ImportRun.id == run_id).with_for_update()
    ).one_or_none()
    if run is None:
        message = f"no import {run_id}"
        raise NotFoundError(message)
    if run.request_id is None or run.undone_at is not None:
        zh, en = (
            "这次导入不能撤销:没有改动,或已经撤销。",
            "This import changed nothing or was undone already.",
        )
        raise ChangeRefusedError(zh, en)
    done = undo_requests(session, [run.request_id], day)
    session.execute(
        update(ImportRun).where(ImportRun.id == run_id).values(undone_by=actor, undone_at=now)
    )
    return sum(done.values())


def confirm_place(
    session: Session, zone_id: int, shapes: Sequence[BaseGeometry], day: date
) -> None:
    """Give a work that has only words the shapes that somebody confirmed; one that has a shape is refused."""
    zone = session.get(Zone, zone_id)
    if zone is None:
        message = f"no zone {zone_id}"
        raise NotFoundError(message)
    if session.scalar(select(ZonePart.id).where(ZonePart.zone_id == zone_id).limit(1)) is not None:
        zh, en = "它已经有图形了,请在地图上修改。", "It has a shape already. Change it on the map."
        raise ChangeRefusedError(zh, en)
    project = session.get(Project, zone.project_id) if zone.kind is ZoneKind.SITE else None
    record = ZoneRecord(
        kind=zone.kind.value,
        code=zone.code,
        project=project.code if project is not None else None,
        parts=tuple(PartRecord(shape, _ROLES.get(zone.kind, "footprint")) for shape in shapes),
        source_crs="EPSG:4326",
    )
    outcome = take_batch(session, Batch(zones=[record]), day)
    if any(tally.refused for tally in outcome.tallies.values()):
        said = outcome.notices[0]
        raise ChangeRefusedError(said.message_zh, said.message_en)
