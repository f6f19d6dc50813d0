"""Every kind of record is brought back to what it was, after an edit and after it was taken away: by table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.changes.editing import remove_record, restore_version
from geo.database.acting import make_engine
from geo.errors import ChangeRefusedError, RuleError
from geo.forms.labels import KINDS
from geo.model.kept import kept_tables
from tests.conftest import COMMAND, TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from tests.conftest import DemoCity

EDITS = {
    "attachment": "file_name = '改名.pdf', taken_on = null",
    "blocker": "text = '改写', due_on = raised_on + 3",
    "calendar_day": "name = '改名'",
    "district": "name_en = 'Renamed', shape = st_translate(shape, 0.001, 0)",
    "funding_line": "planned_yuan = 7, arrived_yuan = null, arrived_on = null",
    "ground": "name = '改名', shape = st_translate(shape, 0.001, 0)",
    "land_status": "area_total_m2 = 123456.78, households_total = 9999",
    "leader": "post = '改任'",
    "milestone": "reached_on = due_on + 5",
    "objection": "text = '改写'",
    "overlap_answer": "note = '改写', answered_by = null",
    "pause": "last_on = last_on + 1",
    "pavement": "laid_on = '2001-02-03'",
    "photo": "longitude = null, latitude = null, width = 77",
    "plan_month": "percent = percent / 2",
    "plan_version": "document = '改文号', finish_on = finish_on + 30",
    "plan_year": "investment_yuan = investment_yuan + 1",
    "procedure": "due_on = '2027-01-02', obtained_on = null",
    "progress_report": "narrative = '改写', percent = percent / 2",
    "project": "contractor = '改名公司', green_channel = not green_channel",
    "project_district": "district_id = (select max(id) from jiantu.district where id not in"
    " (select district_id from jiantu.project_district o where o.project_id = t.project_id))",
    "road": "oneway = not oneway, shape = st_translate(shape, 0.001, 0)",
    "rules_version": "note = '改写'",
    "ruling": "reason = '改写', last_on = last_on - 3",
    "suspension": "reason = '改写'",
    "unit": "short_name = '改简称', aliases = array['别名']",
    "zone": "note = '改写', tentative = not tentative",
    "zone_hours": "since = '01:30', weekdays = array[6, 7]",
    "zone_link": "due_on = '2027-03-04'",
    "zone_part": "name = '改名', shape = st_translate(shape, 0.001, 0)",
}
"""What the test changes of a record, as SQL; a kind without a line here fails."""

HELD = {
    *("district", "leader", "plan_version", "progress_report", "project", "unit", "zone"),
    "rules_version",
}
"""Kinds whose records others may hang on, or that a city cannot be without: these are then not taken away."""

MADE = {
    "objection": """
        insert into jiantu.objection (project_id, lamp, on_day, unit_id, text, raised_at)
        select id, 'red', date '2026-11-23', lead_unit_id, '不符', now() from jiantu.project
        where lead_unit_id is not null order by id limit 1""",
    "ruling": """
        insert into jiantu.ruling (project_id, computed, ruled, first_on, last_on, reason, signer)
        select id, 'red', 'yellow', date '2026-11-23', date '2026-12-22', '属实', '王示例' from jiantu.project
        order by id limit 1""",
    "overlap_answer": """
        insert into jiantu.overlap_answer (zone_a, zone_b, side_zone, answer, note, answered_by, answered_at, seen)
        select zone_a, zone_b, zone_a, 'agreed', '同意', '某人', now(), 'x' from jiantu.overlap order by id limit 1""",
    "photo": """
        insert into jiantu.photo (attachment_id, thumbnail_sha256, width, height, longitude, latitude)
        select id, sha256, 640, 480, 116.3, 37.4 from jiantu.attachment order by id limit 1""",
}
"""Records of which the demo city has none."""


@pytest.fixture(scope="module")
def engine(demo: DemoCity) -> Iterator[Engine]:
    engine = make_engine(demo.staff_url, pool_size=1).execution_options(identity=COMMAND)
    yield engine
    engine.dispose()


@pytest.fixture
def city(engine: Engine) -> Iterator[Session]:
    """The demo city for the command office, all of whose work is undone."""
    with engine.connect() as connection, connection.begin() as everything:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        everything.rollback()


def row_of(session: Session, kind: str, row_id: int) -> dict[str, Any] | None:
    """All that a record says and what is derived from it, but its version and since when it stands."""
    found: dict[str, Any] | None = session.execute(
        text(
            "select to_jsonb(t) - array['version', 'made_at', 'made_in']"  # noqa: S608  of the model
            f" from jiantu.{kind} t where id = :id"
        ),
        {"id": row_id},
    ).scalar()
    return found


def first_of(session: Session, kind: str) -> int:
    if kind in MADE:
        session.execute(text(MADE[kind]))
    found: int = session.execute(text(f"select min(id) from jiantu.{kind}")).scalar_one()  # noqa: S608
    return found


def version_of(session: Session, kind: str, row_id: int) -> int:
    found: int = session.execute(
        text(f"select max(version) from history.{kind}_version where id = :id"),  # noqa: S608
        {"id": row_id},
    ).scalar_one()
    return found


def test_every_kind_that_the_history_tells_of_has_its_line() -> None:
    assert set(EDITS) == set(KINDS) & set(kept_tables())


@pytest.mark.parametrize("kind", sorted(EDITS))
def test_an_edited_record_comes_back(city: Session, kind: str) -> None:
    row_id = first_of(city, kind)
    before, seen = row_of(city, kind, row_id), version_of(city, kind, row_id)
    city.execute(
        text(f"update jiantu.{kind} t set {EDITS[kind]} where id = :id"),  # noqa: S608
        {"id": row_id},
    )
    assert row_of(city, kind, row_id) != before
    restored = restore_version(city, TODAY, kind, row_id, seen, seen + 1)
    assert restored == seen + 2
    after = row_of(city, kind, row_id)
    assert alike(kind, after) == alike(kind, before)


@pytest.mark.parametrize("kind", sorted(EDITS))
def test_a_record_that_was_taken_away_comes_back_under_its_number(city: Session, kind: str) -> None:
    row_id = first_of(city, kind)
    before, seen = row_of(city, kind, row_id), version_of(city, kind, row_id)
    try:
        with city.begin_nested():
            remove_record(city, TODAY, kind, row_id, seen)
    except (ChangeRefusedError, RuleError):
        assert kind in HELD
        assert row_of(city, kind, row_id) == before
        return
    assert row_of(city, kind, row_id) is None
    restored = restore_version(city, TODAY, kind, row_id, seen, seen + 1)
    assert restored == seen + 2
    assert alike(kind, row_of(city, kind, row_id)) == alike(kind, before)


def alike(kind: str, row: dict[str, Any] | None) -> dict[str, Any]:
    """What must be the same: a shape that was made anew from WGS84 may differ in the last digits of its copies."""
    assert row is not None
    derived = {"shape_metric", "shape_web", "shape_wide"}
    assert all(
        row[name] is not None for name in derived & set(row) if row.get("shape") is not None
    ), kind
    return {name: value for name, value in row.items() if name not in derived}
