"""A changed threshold: what the preview says is what tomorrow's lamps then are, and today's stay."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.changes.roll import roll_day
from geo.changes.rules import RuleChange, preview_rules, put_rules, read_bottom_lines, rules_tag
from geo.changes.rules_pairs import preview_pairs
from geo.errors import ChangeConflictError
from geo.records import Batch, Day, UnitRecord
from tests.db.street import dig
from tests.factories import TODAY, plan, project

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

LATE = (0, 1, 2, 4, 5, 29, 30, 31, 40)
"""Projects that have not started, by the days by which their start is overdue tomorrow."""


@pytest.fixture
def city(session: Session) -> Session:
    codes = [f"P{days}" for days in LATE]
    batch = Batch(
        projects=[project(code, actual_start_on=None) for code in codes],
        plans=[
            plan(
                code,
                start=Day(TODAY + timedelta(days=1 - days)),
                finish=Day(TODAY + timedelta(days=700)),
            )
            for code, days in zip(codes, LATE, strict=True)
        ],
    )
    take_batch(session, batch, TODAY)
    return session


def lamps_on(session: Session, day: date) -> dict[str, str]:
    rows = session.execute(
        text(
            "select j.code, s.lamp from jiantu.status_span s join jiantu.project j on j.id = s.project_id"
            " where s.site_id is null and s.days @> cast(:day as date)"
        ),
        {"day": day},
    )
    return {row.code: row.lamp for row in rows}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("start.red_from_days", "5"),
        ("start.red_from_days", "31"),
        ("start.red_from_days", "41"),
        ("start.yellow_from_days", "3"),
    ],
)
def test_the_preview_is_what_tomorrow_becomes(city: Session, key: str, value: str) -> None:
    change = RuleChange.read(key, value)
    tomorrow = TODAY + timedelta(days=1)
    today, before = lamps_on(city, TODAY), lamps_on(city, tomorrow)
    told = preview_rules(city, change, TODAY)
    assert lamps_on(city, tomorrow) == before  # a preview keeps nothing
    put_rules(city, change, TODAY, "")
    after = lamps_on(city, tomorrow)
    turned = Counter((before[code], after[code]) for code in before if before[code] != after[code])
    assert told.projects == len(LATE)
    assert {(one.before, one.after): one.projects for one in told.turned} == turned
    assert lamps_on(city, TODAY) == today


def test_five_days_instead_of_thirty_one_turn_what_is_between(city: Session) -> None:
    told = preview_rules(city, RuleChange.read("start.red_from_days", "5"), TODAY)
    assert [(one.before, one.after, one.projects) for one in told.turned] == [
        ("yellow", "red", sum(5 <= days < 31 for days in LATE))
    ]


def test_a_bottom_line_turns_what_is_planned_for_its_year_from_tomorrow(city: Session) -> None:
    tomorrow = TODAY + timedelta(days=1)
    before = lamps_on(city, tomorrow)
    change = RuleChange.read(f"bottom_line.{TODAY.year}", TODAY.isoformat())
    told = preview_rules(city, change, TODAY)
    put_rules(city, change, TODAY, "")
    after = lamps_on(city, tomorrow)
    turned = Counter((before[code], after[code]) for code in before if before[code] != after[code])
    assert turned
    assert {(one.before, one.after): one.projects for one in told.turned} == turned
    assert read_bottom_lines(city, TODAY) == {TODAY.year: TODAY}
    put_rules(city, RuleChange.read(f"bottom_line.{TODAY.year}", ""), TODAY, "")
    assert read_bottom_lines(city, TODAY) == {}
    assert lamps_on(city, tomorrow) == before


def test_who_did_not_see_the_last_change_of_the_rules_is_refused(city: Session) -> None:
    seen = rules_tag(city, TODAY)
    put_rules(city, RuleChange.read("finish.red_from_days", "20"), TODAY, "", seen)
    with pytest.raises(ChangeConflictError):
        put_rules(city, RuleChange.read("finish.red_from_days", "25"), TODAY, "", seen)


def test_a_wider_buffer_is_tried_on_the_pairs_and_nothing_is_kept(session: Session) -> None:
    works = [
        dig("A1", "ab", "2027-04-01..2027-04-20", unit="甲", utility="heat"),
        dig("B1", "mn", "2027-04-01..2027-04-20", unit="乙", utility="gas"),
    ]
    units = [
        UnitRecord("甲", "utility", utility="heat"),
        UnitRecord("乙", "utility", utility="gas"),
    ]
    take_batch(session, Batch(units=units, zones=works), TODAY)
    [apart] = session.execute(
        text(
            "select st_distance(a.shape_metric, b.shape_metric) from jiantu.zone_part a"
            " join jiantu.zone_part b on b.zone_id > a.zone_id"
        )
    ).scalars()
    kept = text("select zone_a, zone_b, severity from jiantu.overlap")
    before = session.execute(kept).all()
    wide = str(int(apart / 2) + 2)
    told = preview_pairs(session, RuleChange.read("buffers.relocation_m", wide), TODAY)
    assert (told.zones, told.before, told.more, told.fewer) == (2, len(before), 1, 0)
    assert session.execute(kept).all() == before
    put_rules(session, RuleChange.read("buffers.relocation_m", wide), TODAY, "")
    assert session.execute(kept).all() == before
    roll_day(session, TODAY + timedelta(days=1))
    assert len(session.execute(kept).all()) == len(before) + 1
