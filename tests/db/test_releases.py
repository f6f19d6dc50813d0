"""What the city releases to the public: what may be, what may not, and what the views then show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.changes.releases import (
    Outage,
    PlainWords,
    add_photo,
    announce_outage,
    release_extension,
    release_photo,
    release_words,
    show_lamps,
    show_project,
    withdraw_extension,
)
from geo.changes.rulings import RulingWords, rule_on_lamp
from geo.errors import ChangeRefusedError, NotFoundError
from geo.queries.public_map import find_public_project, get_photo, list_public_projects
from geo.queries.public_works import list_closures, list_outages
from geo.records import Batch, Day, PartRecord, ZoneRecord
from geo.status import Lamp
from tests.factories import SQUARE, TODAY, plan, project, report, site

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Any

    from sqlalchemy.orm import Session

NOTICE = 5
MORNING = datetime(2026, 11, 24, 0, tzinfo=UTC)


@pytest.fixture
def city(session: Session) -> Session:
    """A public project and one that is not, each with a site, two plans and a report."""
    codes = ("P1", "P2")
    batch = Batch(
        projects=[
            project(code, public=code == "P1", actual_start_on=date(2026, 4, 1)) for code in codes
        ],
        zones=[
            *(site(code) for code in codes),
            diversion("D1", TODAY + timedelta(NOTICE)),
            diversion("D2", TODAY + timedelta(NOTICE + 1)),
            diversion("D3", TODAY, state="draft"),
            diversion("D4", TODAY, tentative=True),
            diversion("D5", TODAY, approval_number=None),
            relocation("R1"),
        ],
        plans=[
            *(plan(code) for code in codes),
            *(
                plan(code, number=1, in_force_from=date(2026, 9, 1), finish=Day(date(2028, 6, 30)))
                for code in codes
            ),
        ],
        reports=[report(code) for code in codes],
    )
    take_batch(session, batch, TODAY)
    return session


def diversion(code: str, first_on: date, **facts: Any) -> ZoneRecord:
    return ZoneRecord(
        **{
            "kind": "diversion",
            "code": code,
            "name": f"{code}封闭",
            "state": "confirmed",
            "planned_start": Day(first_on),
            "planned_finish": Day(first_on + timedelta(20)),
            "approval_number": f"{code}号",
            "taken": ("full",),
            "parts": (PartRecord(SQUARE, "taken"),),
            **facts,
        }
    )


def relocation(code: str, **facts: Any) -> ZoneRecord:
    return ZoneRecord(
        **{
            "kind": "relocation",
            "code": code,
            "utility": "heat",
            "state": "confirmed",
            "planned_start": Day(TODAY + timedelta(3)),
            "planned_finish": Day(TODAY + timedelta(30)),
            "parts": (PartRecord(SQUARE),),
            **facts,
        }
    )


@pytest.fixture
def public(city: Session) -> AbstractContextManager[Session]:
    """The same transaction, read as the public's login would."""
    return AsPublic(city)


class AsPublic:
    """Acts as jiantu_public within a block, so that what was changed before and not committed is seen."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def __enter__(self) -> Session:
        """Become the public."""
        self.session.flush()
        self.session.execute(text("reset role; set local role jiantu_public"))
        return self.session

    def __exit__(self, *_: object) -> None:
        """Become the command again."""
        self.session.execute(text("reset role; set local role jiantu_command"))


def test_nothing_is_told_beyond_the_facts_until_it_is_released(
    public: AbstractContextManager[Session],
) -> None:
    with public as session:
        (only,) = list_public_projects(session, TODAY)
    assert only["code"] == "P1"
    assert only["stage"] == "under_construction"
    assert only["percent"] == 40
    assert only["finish_on"] == "2027-12-31"
    hidden = ("extended_on", "reason", "introduction", "investment_yuan", "lamp")
    assert [only[name] for name in hidden] == [None] * 5
    assert only["photos"] == []


def test_words_investment_and_an_extension_are_told_once_released_and_no_more_when_withdrawn(
    city: Session, public: AbstractContextManager[Session]
) -> None:
    release_words(city, "P1", PlainWords("修路", "A road", investment=True))
    release_words(city, "P2", PlainWords("秘密"))
    release_extension(city, "P1", 1, " 汛期停工 ", "Floods")
    city.execute(text("update jiantu.project set total_investment_yuan = 5000000"))
    with public as session:
        told = find_public_project(session, "P1", TODAY)
        with pytest.raises(NotFoundError):
            find_public_project(session, "P2", TODAY)
    assert told["introduction"] == "修路"
    assert told["investment_yuan"] == 5_000_000
    assert (told["finish_on"], told["extended_on"]) == ("2027-12-31", "2028-06-30")
    assert (told["reason"], told["reason_en"]) == ("汛期停工", "Floods")
    withdraw_extension(city, "P1", 1)
    with public as session:
        assert find_public_project(session, "P1", TODAY)["extended_on"] is None


def test_a_project_that_is_taken_off_is_gone_with_its_sites(
    city: Session, public: AbstractContextManager[Session]
) -> None:
    show_project(city, "P1", public=False)
    show_project(city, "P2", public=True)
    with public as session:
        assert [one["code"] for one in list_public_projects(session, TODAY)] == ["P2"]
        sites = session.execute(text("select distinct project from public_map.site_part")).all()
    assert [tuple(row) for row in sites] == [("P2",)]


def test_what_makes_no_sense_to_release_is_refused_in_a_sentence(city: Session) -> None:
    with pytest.raises(ChangeRefusedError, match="only a changed plan"):
        release_extension(city, "P1", 0, "x")
    with pytest.raises(ChangeRefusedError, match="Write the reason"):
        release_extension(city, "P1", 1, "  ")
    with pytest.raises(NotFoundError):
        release_extension(city, "P1", 7, "x")
    with pytest.raises(NotFoundError):
        release_words(city, "nobody", PlainWords())
    with pytest.raises(ChangeRefusedError, match="Only a utility relocation"):
        announce_outage(city, "D1", Outage(MORNING, MORNING + timedelta(hours=2), "x"))
    with pytest.raises(ChangeRefusedError, match="end after it begins"):
        announce_outage(city, "R1", Outage(MORNING, MORNING, "x"))
    paper = add_photo(city, "P1", b"%PDF-", "application/pdf", None)
    with pytest.raises(ChangeRefusedError, match="Only photographs"):
        release_photo(city, paper)


def test_a_diversion_is_told_five_days_ahead_if_it_is_approved_firm_and_no_draft(
    public: AbstractContextManager[Session],
) -> None:
    with public as session:
        assert [one["code"] for one in list_closures(session, TODAY, NOTICE)] == ["D1"]
        later = list_closures(session, TODAY + timedelta(1), NOTICE)
        gone = list_closures(session, TODAY + timedelta(NOTICE + 30), NOTICE)
    assert [one["code"] for one in later] == ["D1", "D2"]
    assert gone == []


def test_an_outage_is_told_when_it_is_released_and_brings_its_relocation_onto_the_map(
    city: Session, public: AbstractContextManager[Session]
) -> None:
    outage = Outage(MORNING, MORNING + timedelta(hours=8), "甲小区")
    announce_outage(city, "R1", outage)
    shown = text("select count(*) from public_map.utility_work")
    with public as session:
        assert list_outages(session, TODAY, NOTICE) == []
        assert session.scalar(shown) == 0
    city.execute(text("update jiantu.announced_outage set released = true"))
    with public as session:
        (told,) = list_outages(session, TODAY, NOTICE)
        assert session.scalar(shown) == 1
    assert told["starts_at"] == "2026-11-24T08:00"
    assert told["area"] == "甲小区"


def test_a_photograph_is_there_from_its_release_to_its_withdrawal(
    city: Session, public: AbstractContextManager[Session]
) -> None:
    photo = add_photo(city, "P1", b"\xff\xd8 picture", "image/jpeg", TODAY)
    digest = str(
        city.scalar(text("select sha256 from jiantu.attachment where id = :id"), {"id": photo})
    )
    with public as session, pytest.raises(NotFoundError):
        get_photo(session, digest)
    release_photo(city, photo)
    with public as session:
        assert get_photo(session, digest).content == b"\xff\xd8 picture"
    release_photo(city, photo, released=False)
    with public as session, pytest.raises(NotFoundError):
        get_photo(session, digest)


def test_the_lamp_is_told_only_where_the_city_switches_it_on(
    city: Session, public: AbstractContextManager[Session]
) -> None:
    with public as session:
        assert session.scalar(text("select count(*) from public_map.lamp")) == 0
    show_lamps(city, shown=True)
    with public as session:
        lamp = find_public_project(session, "P1", TODAY)["lamp"]
        told = session.scalars(text("select distinct project from public_map.lamp")).all()
    assert lamp in {"red", "yellow", "green"}
    assert told == ["P1"]


def test_the_public_sees_the_lamp_as_it_is_shown_and_nothing_of_rulings(
    city: Session, public: AbstractContextManager[Session]
) -> None:
    show_lamps(city, shown=True)
    project_id = city.scalar(text("select id from jiantu.project where code = 'P1'"))
    words = RulingWords(None, Lamp.PAUSED, TODAY, "内部理由", "王示例")
    rule_on_lamp(city, TODAY, project_id, words)
    with public as session:
        told = find_public_project(session, "P1", TODAY)
        assert told["lamp"] == "paused"
        assert not {"内部理由", "王示例", "ruled"} & set(map(str, told.values()))
    reads = "select has_any_column_privilege(:role, 'jiantu.ruling', 'select')"
    for role in ("jiantu_public", "jiantu_projector"):
        assert not city.scalar(text(reads), {"role": role})


def test_every_release_is_kept_in_the_history(city: Session) -> None:
    release_words(city, "P1", PlainWords("一"))
    release_words(city, "P1", PlainWords("二"))
    kept = city.execute(
        text(
            "select op, row ->> 'introduction' from history.project_release_version order by version"
        )
    ).all()
    assert [tuple(one) for one in kept] == [("I", "一"), ("U", "二")]
