"""One import from file to kept report: read, take in, and write down what came of it, in one transaction."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from geo.changes.batches import take_batch
from geo.changes.intake_desk import undo_import
from geo.changes.merge import Tally
from geo.changes.undo import set_request
from geo.crs import parse_crs
from geo.database.acting import Identity, Role, acting_session
from geo.errors import ImportRefusedError, NotFoundError
from geo.importers.context import read_context
from geo.importers.ledger import read_ledger
from geo.importers.mapping import find_mapping, read_mapped
from geo.importers.mapping_file import parse_mapping
from geo.importers.placing import place_by_words
from geo.model.imports import ImportNotice, ImportRun, MappingRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from geo.importers.mapping_file import Mapping
    from geo.importers.reading import Reading
    from geo.notices import Notice

LEDGER = "ledger"
"""The mapping name of the project ledger workbook, the one form that needs no mapping file."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import: for each kind of record its tally, and every notice. `run_id` is None of a dry run."""

    file_name: str
    mapping: str
    tallies: dict[str, Tally] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    projects_judged: int = 0
    refusal: str | None = None
    run_id: int | None = None

    @property
    def refused_rows(self) -> int:
        """How many rows were left out; a row with several faults is one."""
        return len(
            {(notice.sheet, notice.row) for notice in self.notices if notice.level == "refused"}
        )


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What to import: the file, the mapping's name (or `ledger`), who asks, and on which day.

    `crs` holds instead of what mapping and file say of the coordinate system.
    """

    path: Path
    mapping: str
    actor: str
    day: date
    dry_run: bool = False
    crs: str | None = None
    file_name: str | None = None
    """What the clerk calls the file, where it lies under another name."""

    @property
    def shown_name(self) -> str:
        """The file's name in the report."""
        return self.file_name or self.path.name


def run_import(
    engine: Engine,
    order: ImportOrder,
    now: Callable[[], datetime],
    progress: Callable[[str, int, int], None] | None = None,
) -> ImportReport:
    """Import a file. Either everything that can be taken is taken, with a report kept, or nothing is.

    Rows that cannot be taken are refused and named in the report; a file that is wrong as a whole is refused with
    nothing changed, and that is kept too. A dry run does the same and leaves no trace.
    """
    started_at = now()
    digest = hashlib.sha256(order.path.read_bytes()).hexdigest()
    identity = Identity(Role.COMMAND, order.actor)
    try:
        with acting_session(engine, identity) as session:
            reading = place_by_words(session, _read(session, order, progress))
            request = f"import:{secrets.token_hex(12)}"
            set_request(session, request)
            outcome = take_batch(session, reading.batch, order.day, progress=progress)
            set_request(session, "")
            report = ImportReport(
                file_name=order.shown_name,
                mapping=order.mapping,
                tallies=count_refused(reading, outcome.tallies),
                notices=[*reading.notices, *outcome.notices],
                projects_judged=outcome.projects_judged,
            )
            if order.dry_run:
                session.rollback()
                return report
            run_id = keep_report(session, order, report, digest, started_at, now(), request)
    except ImportRefusedError as error:
        refused = ImportReport(order.shown_name, order.mapping, refusal=str(error))
        if order.dry_run:
            return refused
        with acting_session(engine, identity) as session:
            run_id = keep_report(session, order, refused, digest, started_at, now())
        return ImportReport(order.shown_name, order.mapping, refusal=refused.refusal, run_id=run_id)
    return ImportReport(
        report.file_name,
        report.mapping,
        report.tallies,
        report.notices,
        report.projects_judged,
        run_id=run_id,
    )


def undo_districts(engine: Engine, run_id: int, day: date, actor: str, now: datetime) -> int:
    """Undo an import of districts as a whole, by the role that imported it; how many rows were put back.

    Raises `NotFoundError` for an import of anything else, `ChangeRefusedError` where it cannot be undone.
    """
    with acting_session(engine, Identity(Role.COMMAND, actor)) as session:
        run = session.get(ImportRun, run_id)
        if run is None or set(run.counts or {}) != {"districts"}:
            message = f"no import of districts {run_id}"
            raise NotFoundError(message)
        return undo_import(session, run_id, day, actor, now)


def _read(
    session: Session, order: ImportOrder, progress: Callable[[str, int, int], None] | None
) -> Reading:
    context = read_context(session, order.day)
    told = (lambda sheet, rows: progress(sheet, rows, 0)) if progress else None
    if order.mapping == LEDGER:
        return read_ledger(order.path, context, progress=told)
    mapping = find_any_mapping(session, order.mapping)
    if order.crs is not None and mapping.shape is not None:
        mapping = replace(mapping, shape=replace(mapping.shape, crs=parse_crs(order.crs)))
    return read_mapped(order.path, mapping, context, progress=told)


def find_any_mapping(session: Session, name: str) -> Mapping:
    """A mapping kept in this database, else one of those that come with Jiantu. Raises `RuleError`."""
    body = session.scalar(select(MappingRecord.body).where(MappingRecord.name == name))
    return find_mapping(name) if body is None else parse_mapping(name, body)


def count_refused(reading: Reading, tallies: dict[str, Tally]) -> dict[str, Tally]:
    """Add the rows that never became records, so that read = new + changed + unchanged + refused."""
    refused = len(
        {(notice.sheet, notice.row) for notice in reading.notices if notice.level == "refused"}
    )
    if refused:
        return tallies | {"rows": Tally(read=refused, refused=refused)}
    return tallies


def keep_report(  # noqa: PLR0913, PLR0917  the columns of a run
    session: Session,
    order: ImportOrder,
    report: ImportReport,
    digest: str,
    started_at: datetime,
    finished_at: datetime,
    request_id: str | None = None,
) -> int:
    """Keep the report of an import; its id."""
    run_id = session.execute(
        insert(ImportRun)
        .values(
            file_name=report.file_name,
            sha256=digest,
            mapping=report.mapping,
            actor=order.actor,
            day=order.day,
            started_at=started_at,
            finished_at=finished_at,
            refused=report.refusal is not None,
            refusal=report.refusal,
            counts={kind: asdict(tally) for kind, tally in report.tallies.items()},
            request_id=request_id,
        )
        .returning(ImportRun.id)
    ).scalar_one()
    if report.notices:
        session.execute(
            insert(ImportNotice),
            [
                {
                    "run_id": run_id,
                    "position": position,
                    "level": notice.level,
                    "sheet": notice.sheet,
                    "row": notice.row,
                    "field": notice.field,
                    "value": notice.value,
                    "message": notice.message_zh,
                    "message_en": notice.message_en,
                }
                for position, notice in enumerate(report.notices)
            ],
        )
    return run_id
