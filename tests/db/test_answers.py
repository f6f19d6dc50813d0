"""Answers to pairs: kept for each side with every version, outliving the pair, judged again when something moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.changes.answers import LONGEST_NAME, LONGEST_NOTE, AnswerWords, answer_overlap
from geo.database.acting import Role, take_role
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.answers import Answer
from geo.overlap import Code, Severity
from geo.queries.answers import find_answers
from geo.queries.coordination import (
    DeskFilter,
    find_desk_pairs,
    get_desk_pair,
    get_pair_shapes,
    list_desk_units,
)
from geo.queries.expiring import find_due_diversions
from tests.db.street import closure, detour, dig, found, take
from tests.desk import SOON, pair_of, works, zone_id
from tests.factories import TODAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.queries.answers import Pair

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
DIG = works()[0]


@pytest.fixture
def pair(session: Session) -> Pair:
    """The heavy pair of the small city."""
    take(session, works())
    return pair_of(session, Severity.HEAVY)


def answer(session: Session, pair: Pair, side: int, said: Answer = Answer.AFFECTED) -> None:
    answer_overlap(session, pair, side, AnswerWords(said, "管沟要让路"), NOW)


def test_an_answer_stands_for_one_side_only(session: Session, pair: Pair) -> None:
    words = AnswerWords(
        Answer.AFFECTED, " 管沟要让路 ", date(2026, 12, 1), date(2026, 12, 9), "王工"
    )
    answer_overlap(session, pair, pair[0], words, NOW)
    shown = get_desk_pair(session, pair, TODAY)
    given = shown.a.given
    assert given is not None
    assert (given.answer, given.note, given.answered_by) == (Answer.AFFECTED, "管沟要让路", "王工")
    assert (given.proposed_first_on, given.proposed_last_on) == (
        date(2026, 12, 1),
        date(2026, 12, 9),
    )
    assert given.answered_at == NOW
    assert shown.b.answer is Answer.AWAITING
    assert shown.state == "open"


def test_both_answers_settle_a_pair(session: Session, pair: Pair) -> None:
    for side in pair:
        answer(session, pair, side, Answer.AGREED)
    assert get_desk_pair(session, pair, TODAY).state == "answered"


def test_a_later_answer_replaces_the_first_and_both_stay_in_the_history(
    session: Session, pair: Pair
) -> None:
    answer(session, pair, pair[0], Answer.AFFECTED)
    answer(session, pair, pair[0], Answer.AGREED)
    assert get_desk_pair(session, pair, TODAY).a.answer is Answer.AGREED
    kept = session.execute(
        text("select row ->> 'answer', actor from history.overlap_answer_version order by version")
    ).all()
    assert [tuple(row) for row in kept] == [
        ("affected", "test:command"),
        ("agreed", "test:command"),
    ]


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (
            AnswerWords(Answer.AFFECTED, "", date(2026, 12, 9), date(2026, 12, 1)),
            "晚于完工日2026-12-01",
            "after the proposed end 2026-12-01",
        ),
        (AnswerWords(Answer.AFFECTED, "长" * (LONGEST_NOTE + 1)), "说明超过", "The note is longer"),
        (
            AnswerWords(Answer.AFFECTED, answered_by="名" * (LONGEST_NAME + 1)),
            "答复人超过",
            "The name is longer",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_in_both_languages(
    session: Session, pair: Pair, words: AnswerWords, zh: str, en: str
) -> None:
    with pytest.raises(ChangeRefusedError) as refused:
        answer_overlap(session, pair, pair[0], words, NOW)
    assert zh in refused.value.zh
    assert en in refused.value.en
    assert find_answers(session, [pair]) == {}


def test_only_a_side_of_the_pair_can_answer(session: Session, pair: Pair) -> None:
    with pytest.raises(ChangeRefusedError, match="does not belong"):
        answer(session, pair, max(pair) + 1_000)


def test_a_notice_needs_no_answer(session: Session, pair: Pair) -> None:
    light = pair_of(session, Severity.LIGHT)
    assert light != pair
    with pytest.raises(ChangeRefusedError, match="needs no answer"):
        answer(session, light, light[0])


def test_works_that_do_not_meet_cannot_be_answered_or_shown(session: Session, pair: Pair) -> None:
    nobody = (pair[0], 10**12)
    with pytest.raises(NotFoundError):
        answer(session, nobody, pair[0])
    with pytest.raises(NotFoundError):
        get_desk_pair(session, nobody, TODAY)


def test_who_only_reads_answers_nothing(session: Session, pair: Pair) -> None:
    take_role(session.connection(), Role.LEADER)
    with pytest.raises(DBAPIError, match="permission denied"):
        answer(session, pair, pair[0])


def test_the_same_import_again_leaves_an_answer_as_it_is(session: Session, pair: Pair) -> None:
    answer(session, pair, pair[0])
    take(session, works())
    assert not get_desk_pair(session, pair, TODAY).a.outdated


def test_another_name_leaves_an_answer_as_it_is(session: Session, pair: Pair) -> None:
    answer(session, pair, pair[0])
    take(session, [dig("GS-1", "ab", SOON, name="另一名称", unit="热力公司")])
    assert not get_desk_pair(session, pair, TODAY).a.outdated


@pytest.mark.parametrize("moved", ["shape", "dates", "the other side's dates"])
def test_what_moves_has_to_be_judged_again(session: Session, pair: Pair, moved: str) -> None:
    side = zone_id(session, "GS-1")
    answer(session, pair, side, Answer.UNAFFECTED)
    match moved:
        case "shape":
            take(session, [dig("GS-1", "ac", SOON)])
        case "dates":
            take(session, [dig("GS-1", "ab", "2026-11-20..2026-12-31")])
        case _:
            take(session, [closure("DX-1", "ad", "2026-11-20..2026-12-31")])
    shown = get_desk_pair(session, pair, TODAY)
    own = next(one for one in shown.sides if one.id == side)
    assert own.answer is Answer.UNAFFECTED
    assert own.outdated
    assert shown.state == "reassess"
    answer(session, pair, side, Answer.UNAFFECTED)
    assert get_desk_pair(session, pair, TODAY).state == "open"


@pytest.mark.parametrize(
    "away", [dig("GS-1", "ab", "2028-01-01..2028-02-01"), dig("GS-1", "kl", SOON)]
)
def test_an_answer_outlives_its_pair_and_is_judged_again_when_that_is_back(
    session: Session, pair: Pair, away: object
) -> None:
    answer(session, pair, pair[0])
    take(session, [away])  # type: ignore[list-item]  # a table of records
    assert not any("GS-1" in codes for codes in found(session))
    take(session, [DIG])
    shown = get_desk_pair(session, pair, TODAY)
    assert shown.a.given is not None
    assert shown.state == "reassess"


def test_the_desk_lists_what_is_asked_for(session: Session, pair: Pair) -> None:
    take(session, [dig("LATE", "lm", "2027-03-01..2027-05-31"), closure("DX-2", "ln")])

    def listed(**asked: object) -> list[Pair]:
        return [one.zones for one in find_desk_pairs(session, DeskFilter(**asked), TODAY).pairs]  # type: ignore[arg-type]  # a table of filters

    later = (zone_id(session, "LATE"), zone_id(session, "DX-2"))
    light = pair_of(session, Severity.LIGHT)
    every = listed()
    assert every[:2] == [pair, later]
    assert light in every[2:]
    assert listed(severity=Severity.HEAVY) == [pair, later]
    assert listed(severity=Severity.HEAVY, words="东风 热力") == [pair]
    assert listed(words="没有这样的作业") == []
    assert light in listed(code=Code.NEAR)
    assert pair not in listed(code=Code.NEAR)
    police = next(key for key, name, _ in list_desk_units(session) if name == "交警支队")
    assert set(listed(unit_id=police)) == {pair, light}
    for side in pair:
        answer(session, pair, side)
    assert listed(answered="answered") == [pair]
    assert listed(answered="open") == [later]
    desk = find_desk_pairs(session, DeskFilter(severity=Severity.HEAVY), TODAY)
    assert (desk.total, desk.open, desk.reassess, desk.answered) == (2, 1, 0, 1)


def test_pairs_whose_days_are_over_leave_the_desk(session: Session, pair: Pair) -> None:
    def heavy(day: date) -> list[Pair]:
        wanted = DeskFilter(severity=Severity.HEAVY)
        return [one.zones for one in find_desk_pairs(session, wanted, day).pairs]

    assert heavy(date(2026, 12, 20)) == [pair]
    assert heavy(date(2026, 12, 21)) == []


@pytest.mark.parametrize(("after", "waiting", "late"), [(0, 0, False), (7, 5, False), (8, 6, True)])
def test_silence_is_counted_in_working_days(
    session: Session, pair: Pair, after: int, waiting: int, late: bool
) -> None:
    shown = get_desk_pair(session, pair, TODAY + timedelta(days=after))
    assert shown.waiting_days == waiting
    assert shown.is_late is late


def test_who_has_answered_is_not_waited_for(session: Session, pair: Pair) -> None:
    for side in pair:
        answer(session, pair, side)
    assert get_desk_pair(session, pair, TODAY + timedelta(days=30)).waiting_days is None


def test_the_shapes_of_a_pair_are_those_of_both_sides_and_what_they_share(
    session: Session, pair: Pair
) -> None:
    take(session, [closure("DX-1", "ad", SOON, more=(detour("kn"),))])
    features = get_pair_shapes(session, pair)["features"]
    told = {(one["properties"]["side"], one["properties"]["role"]) for one in features}
    assert told == {("a", "footprint"), ("b", "taken"), ("b", "detour"), ("shared", "shared")}


@pytest.mark.parametrize(
    ("when", "facts", "where"),
    [
        ("2026-11-01..2026-11-22", {}, "overstayed"),
        ("2026-11-01..2026-11-23", {}, "this week"),
        ("2026-11-01..2026-11-29", {}, "this week"),
        ("2026-11-01..2026-11-30", {}, "nowhere"),
        ("2026-11-24..2026-11-26", {}, "nowhere"),
        ("2026-11-01..2026-12-30", {"approved_until_on": date(2026, 11, 20)}, "overstayed"),
        (
            "2026-11-01..2026-11-10",
            {
                "approved_until_on": date(2026, 11, 10),
                "extended_until_on": date(2026, 11, 28),
                "extension_reason": "雨天",
            },
            "this week",
        ),
        ("2026-11-01..2026-11-20", {"actual_finish_on": date(2026, 11, 20)}, "nowhere"),
        ("2026-11-01..2026-11-20", {"permit_step": "reopened"}, "nowhere"),
        ("2026-11-01..2026-11-20", {"state": "withdrawn"}, "nowhere"),
    ],
)
def test_diversions_are_due_by_their_last_day(
    session: Session, when: str, facts: dict[str, object], where: str
) -> None:
    take(session, [closure("DX-7", "ab", when, **facts)])
    due = find_due_diversions(session, TODAY)
    assert [one.code for one in due.this_week] == (["DX-7"] if where == "this week" else [])
    assert [one.code for one in due.overstayed] == (["DX-7"] if where == "overstayed" else [])
