"""Objections and rulings kept: who may when, what the lamps show meanwhile, and what is left of days gone by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from geo.changes.batches import take_batch
from geo.changes.lamps import extend_lamps
from geo.changes.ledger import close_ledger
from geo.changes.rulings import (
    RulingWords,
    end_ruling,
    object_to_lamp,
    rule_on_lamp,
    withdraw_objection,
)
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.lamps import Ruling, StatusSpan
from geo.model.projects import Project
from geo.model.zones import Zone
from geo.queries.lamps import get_lamp_board
from geo.queries.project_sheet import get_project_sheet
from geo.queries.rulings import find_shown_lamps, list_objections, list_rulings
from geo.records import Batch
from geo.status import Lamp
from tests.factories import TODAY, blocker, plan, project, site

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

A_DAY = timedelta(days=1)
DUE_ON = TODAY - 30 * A_DAY
"""A blocker due then is red from TODAY, a Monday, on; before it was yellow."""


@pytest.fixture
def project_id(session: Session) -> int:
    """A project with two sites whose lamp turns red TODAY; the ledger is closed, so that days gone by stay."""
    batch = Batch(
        projects=[project(actual_start_on=TODAY - 100 * A_DAY)],
        zones=[site(), site(code="B")],
        plans=[plan()],
        blockers=[blocker(raised_on=DUE_ON, due_on=DUE_ON)],
    )
    take_batch(session, batch, TODAY - 40 * A_DAY)
    close_ledger(session, TODAY - 40 * A_DAY)
    extend_lamps(session, TODAY)
    return session.scalars(select(Project.id)).one()


def words(lamp: Lamp = Lamp.YELLOW, last_on: date = TODAY + 9 * A_DAY) -> RulingWords:
    return RulingWords(None, lamp, last_on, "审批局已受理,本周办结", "王示例")


def lamps(session: Session, project_id: int, site_id: int | None = None) -> dict[int, str]:
    """The lamp of the days round today, by how many days they are away."""
    rows = session.scalars(
        select(StatusSpan).where(
            StatusSpan.project_id == project_id, StatusSpan.site_id.is_not_distinct_from(site_id)
        )
    ).all()
    return {
        away: row.lamp.value
        for away in (-2, -1, 0, 1, 9, 10)
        for row in rows
        if TODAY + away * A_DAY in row.days
    }


def test_a_ruling_shows_its_lamp_on_its_days_and_leaves_the_days_before_alone(
    session: Session, project_id: int
) -> None:
    computed = lamps(session, project_id)
    assert set(computed.values()) == {"yellow", "red"}
    rule_on_lamp(session, TODAY, project_id, words(Lamp.GREEN))
    ruled = lamps(session, project_id)
    assert ruled == computed | {0: "green", 1: "green", 9: "green"}
    assert ruled[10] == "red"
    site_id = session.scalars(select(Zone.id).order_by(Zone.id)).first()
    assert lamps(session, project_id, site_id)[0] == "green"


def test_both_lamps_are_counted_and_told(session: Session, project_id: int) -> None:
    rule_on_lamp(session, TODAY, project_id, words())
    board = get_lamp_board(session, TODAY, TODAY)
    assert (board["counts"]["yellow"], board["counts"]["red"]) == (1, 0)
    assert (board["computed_counts"].get("yellow", 0), board["computed_counts"]["red"]) == (0, 1)
    assert board["ruled"] == 1
    assert "ruled" in board["projects"][project_id][2]
    sheet = get_project_sheet(session, "P1", TODAY, TODAY, "zh")
    assert (sheet["lamp"], sheet["computed"]) == ("yellow", "red")
    assert sheet["sentence"].startswith("核定黄灯(拟亮红灯,核定至2026年12月2日);制约问题")
    english = get_project_sheet(session, "P1", TODAY, TODAY, "en")["sentence"]
    assert english.startswith("Ruled yellow (computed red, until 2 Dec 2026); Blocker")
    assert get_lamp_board(session, TODAY + 10 * A_DAY, TODAY)["ruled"] == 0


def test_a_ruling_holds_thirty_days_at_most_and_not_in_the_past(
    session: Session, project_id: int
) -> None:
    for last_on in (TODAY - A_DAY, TODAY + 30 * A_DAY):
        with pytest.raises(ChangeRefusedError, match="最长 30 天"):
            rule_on_lamp(session, TODAY, project_id, words(last_on=last_on))
    rule_on_lamp(session, TODAY, project_id, words(last_on=TODAY + 29 * A_DAY))
    [ruling] = list_rulings(session, TODAY)
    assert (ruling.days_left, ruling.computed, ruling.ruled) == (30, Lamp.RED, Lamp.YELLOW)


def test_one_ruling_holds_at_a_time_and_one_is_not_made_for_nothing(
    session: Session, project_id: int
) -> None:
    with pytest.raises(ChangeRefusedError, match="无须核定"):
        rule_on_lamp(session, TODAY, project_id, words(Lamp.RED))
    rule_on_lamp(session, TODAY, project_id, words())
    with pytest.raises(ChangeRefusedError, match="已有核定在执行"):
        rule_on_lamp(session, TODAY, project_id, words(Lamp.GREEN))


def test_a_finished_project_is_neither_ruled_nor_contested(
    session: Session, project_id: int
) -> None:
    done = project(actual_start_on=TODAY - 100 * A_DAY, completed_on=TODAY)
    take_batch(session, Batch(projects=[done]), TODAY)
    with pytest.raises(ChangeRefusedError, match="已完工"):
        rule_on_lamp(session, TODAY, project_id, words())
    with pytest.raises(ChangeRefusedError, match="已完工"):
        object_to_lamp(session, TODAY, project_id, None, "不符")


def test_a_ruling_of_today_is_taken_back_and_an_older_one_ended_without_touching_its_days(
    session: Session, project_id: int
) -> None:
    computed = lamps(session, project_id)
    ruling_id = rule_on_lamp(session, TODAY, project_id, words(Lamp.GREEN))
    with pytest.raises(ChangeConflictError):
        end_ruling(session, TODAY, ruling_id, 7)
    assert end_ruling(session, TODAY, ruling_id, 1) is None
    assert lamps(session, project_id) == computed
    ruling_id = rule_on_lamp(session, TODAY, project_id, words(Lamp.GREEN))
    assert end_ruling(session, TODAY + A_DAY, ruling_id, 1) == 2
    assert lamps(session, project_id) == computed | {0: "green"}
    assert session.get_one(Ruling, ruling_id, populate_existing=True).last_on == TODAY
    with pytest.raises(ChangeRefusedError, match="期满"):
        end_ruling(session, TODAY + 2 * A_DAY, ruling_id, 2)
    with pytest.raises(NotFoundError):
        end_ruling(session, TODAY, ruling_id + 1, 1)


def test_three_working_days_are_left_to_object(session: Session, project_id: int) -> None:
    # Red since Monday the 23rd: Tuesday, Wednesday and Thursday.
    shown = find_shown_lamps(session, project_id, TODAY)[None]
    assert (shown.began_on, shown.object_until_on) == (TODAY, TODAY + 3 * A_DAY)
    late = TODAY + 4 * A_DAY
    with pytest.raises(ChangeRefusedError, match="申诉期已过"):
        object_to_lamp(session, late, project_id, None, "不符")
    object_to_lamp(session, TODAY + 3 * A_DAY, project_id, None, "已报审批局")
    [objection] = list_objections(session, TODAY + 4 * A_DAY)
    assert (objection.lamp, objection.text, objection.waiting_days) == (Lamp.RED, "已报审批局", 1)
    assert objection.unit == "测试住建局"


def test_days_off_do_not_count_for_objecting(session: Session, project_id: int) -> None:
    session.execute(
        text("insert into jiantu.calendar_day (on_day, kind) values (:day, 'holiday')"),
        {"day": TODAY + A_DAY},
    )
    shown = find_shown_lamps(session, project_id, TODAY)[None]
    assert shown.object_until_on == TODAY + 4 * A_DAY


def test_a_ruling_answers_the_open_objection_and_may_uphold_the_lamp(
    session: Session, project_id: int
) -> None:
    objection_id = object_to_lamp(session, TODAY, project_id, None, "已报审批局")
    with pytest.raises(ChangeRefusedError, match="待核定"):
        object_to_lamp(session, TODAY, project_id, None, "再报一次")
    ruling_id = rule_on_lamp(session, TODAY, project_id, words(Lamp.RED))
    assert session.get_one(Ruling, ruling_id).objection_id == objection_id
    [objection] = list_objections(session, TODAY)
    assert objection.ruling_id == ruling_id
    with pytest.raises(ChangeRefusedError, match="已经核定"):
        object_to_lamp(session, TODAY, project_id, None, "还是不服")
    with pytest.raises(ChangeRefusedError, match="不能撤回"):
        withdraw_objection(session, TODAY, objection_id, 1)


def test_an_open_objection_can_be_taken_back(session: Session, project_id: int) -> None:
    objection_id = object_to_lamp(session, TODAY, project_id, None, "填错项目")
    withdraw_objection(session, TODAY, objection_id, 1)
    assert list_objections(session, TODAY) == []


def test_a_site_is_ruled_by_itself(session: Session, project_id: int) -> None:
    one, other = session.scalars(select(Zone.id).order_by(Zone.id)).all()
    said = words(Lamp.GREEN)
    ruling = RulingWords(one, said.ruled, said.last_on, said.reason, said.signer)
    rule_on_lamp(session, TODAY, project_id, ruling)
    found = find_shown_lamps(session, project_id, TODAY)
    assert {key: shown.lamp.value for key, shown in found.items()} == {
        None: "red",
        one: "green",
        other: "red",
    }
    assert get_lamp_board(session, TODAY, TODAY)["ruled"] == 0
    with pytest.raises(NotFoundError):
        object_to_lamp(session, TODAY, project_id, one + other, "不符")
