"""A round of forty workbooks: the demo city led by forty units, sheets filled truly, and faults planted in them."""

from __future__ import annotations

import io
import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from sqlalchemy import select

from geo.changes.batches import take_batch
from geo.changes.collection import RoundWords, open_round
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.database.city_file import load_city
from geo.demo.build import build_demo
from geo.exporters.collection.columns import HEADING_ROW, SHEET
from geo.exporters.collection.workbook import sheet_projects, write_sheet
from geo.importers.collection.readings import percent_word
from geo.model.projects import Project
from geo.model.records import Blocker, ProgressReport
from geo.model.units import Unit
from geo.queries.collection_facts import read_round_facts
from geo.records import Batch
from tests.planting import Planted, Round, Truth, plant_faults, set_cell
from tests.postgres import CITIES_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from geo.importers.collection.findings import Finding
    from geo.importers.collection.judged import Judged
    from geo.queries.collection_facts import ProjectFacts, RoundFacts
    from tests.postgres import Server

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
COMMAND = Identity(Role.COMMAND, "test:command")
WEEK = RoundWords(
    "week", date(2026, 11, 16), date(2026, 11, 22), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
)
BEFORE = replace(WEEK, first_on=date(2026, 11, 9), last_on=date(2026, 11, 15))


def forty_units() -> Batch:
    """The demo city, its projects led by forty units, without the reports of the round's week and after."""
    batch = build_demo(TODAY)
    names = [unit.name for unit in batch.units][:40]
    leads = {project.lead_unit for project in batch.projects}
    idle = [name for name in names if name not in leads]
    counts: dict[str | None, int] = defaultdict(int)
    for project in batch.projects:
        counts[project.lead_unit] += 1
    projects = []
    place = 0
    for project in batch.projects:
        lead = project.lead_unit
        if counts[lead] > 8 and place < len(idle) * 6:
            counts[lead] -= 1
            lead = idle[place % len(idle)]
            place += 1
        projects.append(replace(project, lead_unit=lead))
    batch.projects[:] = projects
    batch.reports[:] = [
        one for one in batch.reports if one.first_on < WEEK.first_on and one.last_on < WEEK.first_on
    ]
    return batch


def few_units() -> Batch:
    """Six of those units with seventy projects at work and nothing else: a round that is soon judged."""
    whole = forty_units()
    percents = {one.project: one.percent for one in whole.reports if one.site is None}
    begun = [
        one
        for one in whole.projects
        if one.actual_start_on and not one.completed_on and 5 <= (percents.get(one.code) or 0) <= 50
    ][:70]
    codes = {one.code for one in begun}
    leads = [unit.name for unit in whole.units[:6]]
    return Batch(
        units=whole.units,
        leaders=whole.leaders,
        districts=whole.districts,
        projects=[
            replace(one, lead_unit=leads[place % len(leads)], parent=None)
            for place, one in enumerate(begun)
        ],
        plans=[one for one in whole.plans if one.project in codes and one.site is None],
        reports=[one for one in whole.reports if one.project in codes and one.site is None],
    )


def make_city(server: Server, batch: Batch | None = None) -> str:
    """A new database with that city, or with another; its staff address."""
    url = server.make_database("demo").replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, batch or forty_units(), TODAY)
    engine.dispose()
    assert load_city(CITIES_DIR / "demo.toml").code == "demo"
    return url


def open_rounds(engine: Engine) -> tuple[int, RoundFacts, RoundFacts]:
    """Open the week's round and the one before it."""
    with acting_session(engine, COMMAND) as session:
        before = open_round(session, BEFORE, "test:command", NOW)
        this = open_round(session, WEEK, "test:command", NOW)
        return this, read_round_facts(session, this), read_round_facts(session, before)


def fill_round(engine: Engine, seed: int, faults: int) -> Round:
    """Open a round, fill every unit's sheet truly, then plant faults, each kind about equally often."""
    round_id, facts, earlier = open_rounds(engine)
    made = Round(round_id, facts, earlier)
    rng = random.Random(seed)  # noqa: S311  a seed makes the same faults again
    books: dict[int, Workbook] = {}
    rows: dict[str, tuple[int, int]] = {}
    units = sorted({one.unit_id for one in facts.projects.values() if one.active and one.unit_id})
    for unit_id in units:
        book = load_workbook(io.BytesIO(write_sheet(facts, unit_id)))
        books[unit_id] = book
        for row, project in enumerate(sheet_projects(facts, unit_id), start=HEADING_ROW + 1):
            made.truth[project.code] = _fill(book[SHEET], row, project, rng)
            rows[project.code] = (unit_id, row)
    plant_faults(made, books, rows, rng, faults)
    for unit_id, book in books.items():
        out = io.BytesIO()
        book.save(out)
        made.files[unit_id] = out.getvalue()
    return made


def _fill(sheet: Worksheet, row: int, project: ProjectFacts, rng: random.Random) -> Truth:
    last = project.last
    was = last.percent if last is not None and last.percent is not None else 0.0
    begun = project.actual_start_on is not None
    percent = round(min(was + rng.uniform(0.2, 2.5), 99.0), 1) if begun else 0.0
    percent = max(percent, was)
    gained = rng.randrange(10, 300) * 10_000 if begun else 0
    to_date = (last.to_date_yuan if last and last.to_date_yuan else 0) + gained
    truth = Truth(
        percent=percent,
        narrative=f"本周完成第{row}段施工{percent_word(percent)}"
        if begun
        else f"正在办理前期手续({row})",
        invested=gained,
        to_date=to_date,
        next_step=f"下周推进第{row + 1}段",
        reporter=(last.reporter if last else None) or "赵某",
    )
    set_cell(sheet, row, "percent", percent)
    set_cell(sheet, row, "narrative", truth.narrative)
    set_cell(sheet, row, "invested", gained / 10_000)
    set_cell(sheet, row, "to_date", to_date / 10_000)
    set_cell(sheet, row, "next_step", truth.next_step)
    set_cell(sheet, row, "reporter", truth.reporter)
    return truth


def true_reports(made: Round) -> Iterator[tuple[str, Truth]]:
    """The projects that must have a report of the round's week, with what it must say."""
    for code, truth in made.truth.items():
        if truth.reported:
            yield code, truth


def find_fault(judged: Judged, fault: Planted) -> Finding | None:
    sheet = next(one for one in judged.round.sheets if one.unit_id == fault.unit_id)
    assessed = judged.assessed[sheet.id]
    name = None if fault.project is None else judged.facts.projects[fault.project].name
    for one in assessed.findings:
        if one.kind != fault.kind:
            continue
        if fault.project is None or one.field == fault.project:
            return one
        row = next((row for row in assessed.rows if row.number == one.row), None)
        if row is not None and fault.project in {row.project, row.may_be}:
            return one
        if name is not None and one.subject == name:
            return one
    return None


def assert_ledger_is_the_truth(session: Session, made: Round) -> None:
    reports = {
        report.code: report
        for report in session.execute(
            select(
                Project.code,
                ProgressReport.percent,
                ProgressReport.narrative,
                ProgressReport.invested_to_date_yuan,
                ProgressReport.next_step,
                ProgressReport.reporter,
            )
            .join(Project, Project.id == ProgressReport.project_id)
            .where(ProgressReport.first_on == WEEK.first_on, ProgressReport.site_id.is_(None))
        )
    }
    truth = dict(true_reports(made))
    assert reports.keys() == truth.keys()
    wrong = []
    for code, true in truth.items():
        told = reports[code]
        found = (
            float(told.percent),
            told.narrative,
            told.invested_to_date_yuan,
            told.next_step,
            told.reporter,
        )
        if found != (true.percent, true.narrative, true.to_date, true.next_step, true.reporter):
            wrong.append((code, found, true))
    assert wrong == []
    blockers = {
        row.text: (row.code, row.cause, row.unit)
        for row in session.execute(
            select(Project.code, Blocker.text, Blocker.cause, Unit.name.label("unit"))
            .join(Project, Project.id == Blocker.project_id)
            .outerjoin(Unit, Unit.id == Blocker.awaited_unit_id)
            .where(Blocker.raised_on == WEEK.last_on)
        )
    }
    for code, (words, cause, unit) in made.blockers.items():
        assert blockers[words] == (code, cause, unit)
