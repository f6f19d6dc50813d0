"""Cases: heavy pairs of a road as one matter, answered once by each unit, moved by agreement, closed by minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.changes.case_messages import (
    Proposal,
    Said,
    Speaker,
    Upload,
    accept_days,
    answer_case,
    consent_to_days,
    decline_days,
    propose_days,
    say_in_case,
)
from geo.changes.case_minutes import MinutesWords, write_minutes
from geo.changes.cases import PAIR
from geo.changes.overlaps import rebuild_overlaps
from geo.database.acting import Role, take_role
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.answers import Answer
from geo.model.cases import MessageKind
from geo.overlap.cases import NO_FIRST, NO_LAST
from geo.queries.cases import (
    CaseFilter,
    CaseNumber,
    find_case_of,
    find_cases,
    find_message_file,
    get_case,
    get_case_shapes,
    list_messages,
    list_minutes,
)
from geo.queries.files import get_file
from tests.case_street import NOW, SOON, again, case_on, cases, roads, speaker, unit, works
from tests.db.street import dig, take
from tests.desk import zone_id
from tests.factories import TODAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.queries.cases import Case

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def case(session: Session) -> Case:
    """The case of three units on 东风路."""
    take(session, works(), roads())
    return case_on(session, "东风路")


def test_pairs_of_a_road_are_one_case_with_a_number(session: Session, case: Case) -> None:
    found = cases(session)
    assert {(one.road_name, len(one.pairs)) for one in found} == {("东风路", 3), ("新华路", 1)}
    assert sorted(one.number.serial for one in found) == [1, 2]
    assert {one.number.year for one in found} == {2026}
    assert {party.unit for party in case.parties} == {"供水公司", "热力公司", "交警支队"}
    assert (case.state, case.opened_on) == ("open", TODAY)
    assert (case.first_on, case.last_on) == (date(2026, 12, 1), date(2026, 12, 31))
    a, b = case.pairs[0].zones
    assert find_case_of(session, a, b) == case.number


def test_days_that_are_not_known_are_packed_as_grouping_knows_them(
    session: Session, case: Case
) -> None:
    a, b = case.pairs[0].zones
    take_role(session.connection(), Role.ENGINE)
    packed = session.scalars(
        text(
            "update jiantu.case_pair set first_on = null, last_on = null"
            " where zone_a = :a and zone_b = :b returning packed"
        ),
        {"a": a, "b": b},
    )
    (row,) = np.frombuffer(packed.one(), dtype=PAIR)
    assert row["zones"].tolist() == [a, b]
    assert row["spans"][0].tolist() == [NO_FIRST, NO_LAST]
    known = session.scalars(
        text(
            "update jiantu.case_pair set first_on = :day where zone_a = :a and zone_b = :b returning packed"
        ),
        {"day": TODAY, "a": a, "b": b},
    )
    (row,) = np.frombuffer(known.one(), dtype=PAIR)
    assert row["spans"][0, 0] == TODAY.toordinal()


def test_500_pairs_on_one_street_are_at_most_10_cases(session: Session) -> None:
    digs = [
        dig(f"{side}{n}", "ab", f"2027-{month:02}-01..2027-{month:02}-2{n % 9}", unit=f"{side}公司")
        for month in (1, 3, 5, 8, 11)
        for side in "甲乙"
        for n in range(10 * month, 10 * month + 10)
    ]
    take(session, digs, roads())
    pairs, number = session.execute(
        text("select count(*), count(distinct case_id) from jiantu.case_pair where present")
    ).one()
    assert pairs >= 500
    assert 1 < number <= 10


def test_without_a_road_layer_neighbours_are_one_case(session: Session) -> None:
    take(session, works()[:3])
    assert [(one.road_name, len(one.pairs)) for one in cases(session)] == [(None, 3)]


def test_one_answer_speaks_for_all_pairs_of_the_unit(session: Session, case: Case) -> None:
    answer_case(session, case.id, speaker(session, "热力公司"), Answer.AGREED, Said("夜间让路"))
    now = again(session, case)
    heat = now.party(unit(session, "热力公司"))
    assert heat is not None
    assert (heat.answer, heat.is_settled, len(heat.sides)) == (Answer.AGREED, True, 2)
    assert now.state == "open"
    assert not now.waits_for(heat.unit_id)
    for name in ("供水公司", "交警支队"):
        answer_case(session, case.id, speaker(session, name), Answer.UNAFFECTED, Said())
    assert again(session, case).state == "answered"
    thread = list_messages(session, case.id)
    assert [(m.kind, m.unit, m.body) for m in thread] == [
        (MessageKind.ANSWER, "热力公司", "夜间让路"),
        (MessageKind.ANSWER, "供水公司", None),
        (MessageKind.ANSWER, "交警支队", None),
    ]


def test_a_unit_without_a_work_in_the_case_cannot_answer(session: Session, case: Case) -> None:
    with pytest.raises(ChangeRefusedError, match="没有工程"):
        answer_case(session, case.id, speaker(session, "供电公司"), Answer.AGREED, Said())
    assert list_messages(session, case.id) == []


def test_a_moved_work_has_the_case_judged_again(session: Session, case: Case) -> None:
    for name in ("供水公司", "交警支队", "热力公司"):
        answer_case(session, case.id, speaker(session, name), Answer.AGREED, Said())
    moved = dig("GS-1", "ac", SOON, name="供水迁改", unit="供水公司")
    take(session, [moved])
    now = again(session, case)
    assert now.state == "reassess"
    assert all(party.must_reassess for party in now.parties)


def test_a_new_work_on_the_road_joins_the_case_and_has_it_judged_again(
    session: Session, case: Case
) -> None:
    for name in ("供水公司", "交警支队", "热力公司"):
        answer_case(session, case.id, speaker(session, name), Answer.AGREED, Said())
    take(session, [dig("DX-9", "bc", SOON, name="电信迁改", unit="电信公司")])
    now = again(session, case)
    assert len(now.pairs) > 3
    telecom = now.party(unit(session, "电信公司"))
    assert telecom is not None
    assert telecom.answer is Answer.AWAITING
    assert now.state == "reassess"


def test_a_case_keeps_its_number_and_answers_while_its_pairs_come_and_go(
    session: Session, case: Case
) -> None:
    answer_case(session, case.id, speaker(session, "热力公司"), Answer.AFFECTED, Said("等等"))
    away = [
        dig("GS-1", "ab", "2027-06-01..2027-06-30"),
        dig("RL-1", "ab", "2027-09-01..2027-09-30"),
    ]
    take(session, [*away])
    assert (again(session, case).state, again(session, case).ended_on) == ("ended", TODAY)
    take(session, works())
    back = case_on(session, "东风路")
    assert (back.id, back.number, back.ended_on) == (case.id, case.number, None)
    assert back.state == "reassess"
    assert len(list_messages(session, back.id)) == 1


def test_keeping_cases_equals_making_them_anew(session: Session, case: Case) -> None:
    take(session, [dig("GS-1", "cd", "2027-02-01..2027-02-20"), dig("X", "ab", SOON)])
    rows = text(
        "select zone_a, zone_b, case_id, place, first_on, last_on, present from jiantu.case_pair"
        " order by 1, 2"
    )
    kept = session.execute(rows).all()
    assert case.id in {row.case_id for row in kept}
    rebuild_overlaps(session, TODAY)
    assert session.execute(rows).all() == kept


def test_a_proposal_moves_nothing_until_the_owner_accepts(session: Session, case: Case) -> None:
    water = zone_id(session, "GS-1")
    days = (date(2027, 1, 10), date(2027, 1, 30))
    heat, owner = speaker(session, "热力公司"), speaker(session, "供水公司")
    message = propose_days(session, case.id, heat, Proposal(water, *days, "请推后"))
    start = text("select planned_start_on from jiantu.zone where id = :id")
    assert session.scalar(start, {"id": water}) == date(2026, 12, 1)
    seen = list_messages(session, case.id)[-1]
    assert (seen.zone, seen.owner_id) == ("供水迁改", owner.unit_id)
    assert seen.zone_version is not None

    with pytest.raises(ChangeRefusedError, match="责任单位"):
        accept_days(session, message, heat, seen.zone_version, TODAY)
    with pytest.raises(ChangeRefusedError, match="已被修改"):
        accept_days(session, message, owner, seen.zone_version - 1, TODAY)
    session.expire_all()


def test_accepting_gives_the_work_its_days_and_takes_its_pairs_away(
    session: Session, case: Case
) -> None:
    water = zone_id(session, "GS-1")
    heat, owner = speaker(session, "热力公司"), speaker(session, "供水公司")
    days = (date(2027, 1, 10), date(2027, 1, 30))
    message = propose_days(session, case.id, heat, Proposal(water, *days, "请推后"))
    seen = list_messages(session, case.id)[-1].zone_version
    assert seen is not None
    accept_days(session, message, owner, seen, TODAY)
    now = again(session, case)
    assert [sorted(side.code for side in pair.sides) for pair in now.pairs] == [["DX-1", "RL-1"]]
    version, first = session.execute(
        text("select version, planned_start_on from jiantu.zone where id = :id"), {"id": water}
    ).one()
    assert (version, first) == (seen + 1, date(2027, 1, 10))
    with pytest.raises(ChangeRefusedError, match="已有结果"):
        accept_days(session, message, owner, version, TODAY)


def test_an_owners_own_proposal_needs_another_side(session: Session, case: Case) -> None:
    water = zone_id(session, "GS-1")
    heat, owner = speaker(session, "热力公司"), speaker(session, "供水公司")
    message = propose_days(
        session, case.id, owner, Proposal(water, *(None, date(2026, 12, 10)), "")
    )
    seen = list_messages(session, case.id)[-1].zone_version
    assert seen is not None
    with pytest.raises(ChangeRefusedError, match="另一方同意"):
        accept_days(session, message, owner, seen, TODAY)
    with pytest.raises(ChangeRefusedError, match="另一方表态"):
        consent_to_days(session, message, owner)
    consent_to_days(session, message, heat)
    accept_days(session, message, owner, seen, TODAY)
    kinds = [m.kind for m in list_messages(session, case.id)]
    assert kinds == [MessageKind.PROPOSAL, MessageKind.CONSENT, MessageKind.ACCEPTED]


def test_a_declined_proposal_is_over(session: Session, case: Case) -> None:
    water = zone_id(session, "GS-1")
    heat, owner = speaker(session, "热力公司"), speaker(session, "供水公司")
    message = propose_days(session, case.id, heat, Proposal(water, *(None, date(2026, 12, 10)), ""))
    with pytest.raises(ChangeRefusedError, match="责任单位"):
        decline_days(session, message, speaker(session, "交警支队"), "")
    decline_days(session, message, owner, "工期不够")
    with pytest.raises(ChangeRefusedError, match="已有结果"):
        decline_days(session, message, owner, "")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((None, None), "至少填一个"),
        ((date(2027, 2, 1), date(2027, 1, 1)), "晚于"),
    ],
)
def test_days_that_cannot_be_are_not_proposed(
    session: Session, case: Case, days: tuple[date | None, date | None], told: str
) -> None:
    with pytest.raises(ChangeRefusedError, match=told):
        propose_days(
            session,
            case.id,
            speaker(session, "热力公司"),
            Proposal(zone_id(session, "GS-1"), *days),
        )


def test_a_work_of_another_case_is_not_proposed_for(session: Session, case: Case) -> None:
    with pytest.raises(ChangeRefusedError, match="不在这件事项"):
        propose_days(
            session,
            case.id,
            speaker(session, "热力公司"),
            Proposal(zone_id(session, "DL-1"), None, date(2027, 1, 1)),
        )


def test_a_begun_work_keeps_its_start(session: Session) -> None:
    begun = dig(
        *("GS-1", "ab", "2026-11-01..2026-12-31"),
        name="供水迁改",
        unit="供水公司",
        actual_start_on=date(2026, 11, 1),
    )
    take(session, [begun, *works()[1:]], roads())
    case = case_on(session, "东风路")
    heat, owner = speaker(session, "热力公司"), speaker(session, "供水公司")
    days = (date(2027, 1, 1), date(2027, 1, 9))
    with pytest.raises(ChangeRefusedError, match="已于2026-11-01开工"):
        propose_days(session, case.id, heat, Proposal(zone_id(session, "GS-1"), *days))
    assert list_messages(session, case.id) == []
    sooner = Proposal(zone_id(session, "GS-1"), None, date(2026, 12, 9))
    message = propose_days(session, case.id, heat, sooner)
    seen = list_messages(session, case.id)[-1].zone_version
    assert seen is not None
    accept_days(session, message, owner, seen, TODAY)
    moved = session.execute(
        text("select planned_start_on, planned_finish_on from jiantu.zone where code = 'GS-1'")
    ).one()
    assert tuple(moved) == (date(2026, 11, 1), date(2026, 12, 9))


def test_a_work_that_begins_after_days_were_proposed_keeps_its_start(
    session: Session, case: Case
) -> None:
    heat, owner = speaker(session, "热力公司"), speaker(session, "供水公司")
    days = (date(2027, 1, 1), date(2027, 1, 9))
    message = propose_days(session, case.id, heat, Proposal(zone_id(session, "GS-1"), *days))
    began = replace(works()[0], actual_start_on=date(2026, 12, 1))
    take(session, [began], day=date(2026, 12, 1))
    seen = list_messages(session, case.id)[-1].zone_version
    assert seen is not None
    with pytest.raises(ChangeRefusedError, match="已于2026-12-01开工"):
        accept_days(session, message, owner, seen, date(2026, 12, 1))


def test_a_note_brings_a_file_known_by_its_content(session: Session, case: Case) -> None:
    heat = speaker(session, "热力公司")
    upload = Upload("..\\图纸/施工<组织>.exe", PDF)
    message = say_in_case(session, case.id, heat, Said("见附件", upload))
    sha256, name = find_message_file(session, case.id, message)
    assert name == "施工组织.exe"
    assert get_file(session, sha256) == (PDF, "application/pdf")
    with pytest.raises(NotFoundError):
        find_message_file(session, case.id + 1, message)


@pytest.mark.parametrize(
    ("note", "upload", "told"),
    [
        (" ", None, "写几个字"),
        ("字" * 2_001, None, "超过2000字"),
        ("", Upload("a.pdf", b"MZ\x90"), "只收"),
        ("", Upload("a.docx", b"PK\x03\x04 not a zip"), "只收"),
    ],
)
def test_what_cannot_be_said_is_refused(
    session: Session, case: Case, note: str, upload: Upload | None, told: str
) -> None:
    with pytest.raises(ChangeRefusedError, match=told):
        say_in_case(session, case.id, speaker(session, "热力公司"), Said(note, upload))


def minutes(**changed: object) -> MinutesWords:
    given = {
        "held_on": TODAY,
        "place": "市指挥部第一会议室",
        "chair": "指挥部办公室",
        "participants": ("热力公司", "供水公司", "交警支队"),
        "agreed": ("供水迁改推后至1月10日开工。", "夜间22时后方可占用机动车道。"),
        **changed,
    }
    return MinutesWords(**given)  # type: ignore[arg-type]  # the test's own words


OFFICE = Speaker(None, NOW, "李主任", by_command=True)


def test_minutes_close_a_case_and_a_move_opens_it_again(session: Session, case: Case) -> None:
    write_minutes(session, case.number, minutes(), OFFICE, TODAY)
    assert again(session, case).state == "closed"
    take(session, [dig("GS-1", "ac", SOON, name="供水迁改", unit="供水公司")])
    assert again(session, case).state == "reassess"
    write_minutes(session, case.number, minutes(), OFFICE, TODAY)
    assert again(session, case).state == "closed"
    kept = list_minutes(session, case.id)
    assert [(one.year, one.serial) for one in kept] == [(2026, 2), (2026, 1)]
    assert {work["code"] for work in kept[0].facts["works"]} == {"GS-1", "RL-1", "DX-1"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"agreed": ()}, "议定事项"),
        ({"participants": ()}, "参加单位"),
        ({"chair": " "}, "主持人"),
        ({"held_on": TODAY + timedelta(days=1)}, "还未到"),
        ({"agreed": ("字" * 501,)}, "每行不超过"),
    ],
)
def test_minutes_that_say_too_little_are_refused(
    session: Session, case: Case, changed: dict[str, object], told: str
) -> None:
    with pytest.raises(ChangeRefusedError, match=told):
        write_minutes(session, case.number, minutes(**changed), OFFICE, TODAY)
    assert again(session, case).state == "open"


def test_the_desk_of_a_unit_has_what_waits_for_it_first(session: Session, case: Case) -> None:
    water = unit(session, "供水公司")
    desk = find_cases(session, CaseFilter(unit_id=water), TODAY)
    assert {one.road_name for one in desk.cases} == {"东风路", "新华路"}
    answer_case(session, case.id, Speaker(water, NOW), Answer.AGREED, Said())
    desk = find_cases(session, CaseFilter(unit_id=water), TODAY)
    assert [one.road_name for one in desk.cases] == ["新华路", "东风路"]
    heat = find_cases(session, CaseFilter(unit_id=unit(session, "热力公司")), TODAY)
    assert [one.road_name for one in heat.cases] == ["东风路"]
    assert find_cases(session, CaseFilter(words="新华 电力"), TODAY).cases[0].road_name == "新华路"
    assert find_cases(session, CaseFilter(words="没有"), TODAY).cases == []


def test_a_case_whose_days_are_over_is_not_shown(session: Session, case: Case) -> None:
    assert find_cases(session, CaseFilter(), date(2027, 1, 1)).cases == []
    assert get_case(session, case.number, date(2027, 1, 1)).is_over(date(2027, 1, 1))


def test_the_shapes_of_a_case_say_whose_they_are(session: Session, case: Case) -> None:
    features = get_case_shapes(session, case)["features"]
    sides = [feature["properties"]["side"] for feature in features]
    assert sorted(set(sides)) == ["0", "1", "2", "shared"]
    assert sides.count("shared") == 3


def test_a_number_nobody_has_is_not_found(session: Session) -> None:
    with pytest.raises(NotFoundError):
        get_case(session, CaseNumber(2026, 99), TODAY)


@pytest.mark.usefixtures("case")
def test_only_the_engine_writes_cases(session: Session) -> None:
    take_role(session.connection(), Role.LEADER)
    for statement in (
        "update jiantu.coordination_case set road_name = 'x'",
        "update jiantu.case_pair set case_id = null",
        "delete from jiantu.case_message",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))
