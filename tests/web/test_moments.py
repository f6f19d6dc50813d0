"""The map as it stood at a moment: every answer is the one that was given live at that moment."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select, text

from app import create_app
from app.database import Database
from geo.changes.batches import take_batch
from geo.changes.editing import add_record, edit_record, remove_record
from geo.changes.reports import record_progress
from geo.changes.roll import roll_day
from geo.database.acting import acting_session, make_engine
from geo.database.moments import find_moments_round
from geo.model.projects import Project
from geo.queries.layers import LAYERS
from geo.records import Batch
from tests.clock import NOW
from tests.conftest import COMMAND
from tests.db.street import STREET, closure, detour, dig, ground, street, take, zone
from tests.factories import TODAY, blocker, plan, project, report
from tests.people import settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from geo.records import ZoneRecord
    from tests.postgres import Server

ROADS = [street("N1", "ae"), street("M1", "fj"), street("S1", "ko"), street("W1", "ak")]
UNIT = "editor:测试住建局"
EDITS = 6

PATHS = (
    *(f"/api/map/layers/{layer}" for layer in LAYERS),
    *(f"/api/map/packed/layers/{layer}" for layer in ("sites", "footprints", "overlaps")),
    "/api/map/lamps",
    f"/api/map/lamps?day={TODAY + timedelta(days=40)}",
    f"/api/map/packed/lamps?day={TODAY - timedelta(days=30)}",
    "/api/map/projects",
    "/api/map/packed/projects",
    "/api/map/trend?first=2026-10-01&last=2027-10-01",
    "/api/map/projects/P0",
    "/api/map/projects/P1?lang=en",
)


@pytest.fixture(scope="module")
def address(server: Server) -> Iterator[str]:
    """A street with its projects, of which these tests alone make changes."""
    url = server.make_database("dezhou")
    yield url
    server.drop_database(url)


@pytest.fixture(scope="module")
def engine(address: str) -> Iterator[Engine]:
    engine = make_engine(address, pool_size=2)
    with acting_session(engine, COMMAND) as session:
        begin(session)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def clients(address: str, engine: Engine) -> Iterator[dict[str, FlaskClient]]:  # noqa: ARG001  begins first
    """The command and an editor of the unit that leads the projects, who find the same day whenever they look."""
    database = Database(address)
    app = create_app(settings_of(address, today=TODAY.isoformat()), database, lambda: NOW)
    yield {words: sign_in_client(app.test_client(), address, words) for words in ("command", UNIT)}
    database.close()


STATES = ("planned", "planned", "confirmed", "draft", "withdrawn")


def some_zone(random: Random, number: int, states: Sequence[str] = STATES) -> ZoneRecord:
    """A zone that always has the same kind and owner, and anything else by chance."""
    code, shift = f"Z{number}", (float(random.randrange(-15, 15)), float(random.randrange(-15, 15)))
    first = TODAY + timedelta(days=random.randrange(-100, 200))
    when = f"{first}..{first + timedelta(days=random.randrange(10, 200))}"
    state = random.choice(states)
    common: dict[str, Any] = {"state": state, "tentative": random.random() < 0.2}
    if number % 4 == 0:
        return ground(
            code, random.choice(["abgf", "bchg", "fglk"]), when, project=f"P{number % 3}", **common
        )
    if number % 4 == 1:
        return dig(
            code, random.choice(["ab", "ac", "fh"]), when, unit="测试供水", shift=shift, **common
        )
    if number % 4 == 2:
        more = (detour(random.choice(["akln", "kl"])),)
        return closure(
            code, random.choice(["ab", "bc"]), when, more=more, unit="测试交警", **common
        )
    return zone("event", code, STREET.area("abgf", shift), when, unit="测试住建局", **common)


def begin(session: Session) -> None:
    codes = ("P0", "P1", "P2")
    take_batch(
        session,
        Batch(
            projects=[project(code, actual_start_on=TODAY - timedelta(days=90)) for code in codes],
            plans=[plan(code) for code in codes],
            reports=[report(code) for code in codes],
            blockers=[blocker(code) for code in codes],
        ),
        TODAY,
    )
    random = Random(0)  # noqa: S311  chance, not secrecy
    take(session, [some_zone(random, number) for number in range(9)], ROADS)


def edit(session: Session, random: Random, step: int) -> None:
    """One change of any kind."""
    projects = list(session.scalars(select(Project.id).order_by(Project.id)))
    chosen = random.choice(projects)
    match step % 7:
        case 0 | 4:
            take(
                session, [some_zone(random, number) for number in random.sample(range(9), 3)], ROADS
            )
        case 1:
            values = {"project_id": chosen, "cause": "land", "text": f"用地{step}"}
            add_record(
                session,
                TODAY,
                "blocker",
                values | {"raised_on": TODAY - timedelta(days=random.randrange(60))},
            )
        case 2:
            week = {"first_on": TODAY, "last_on": TODAY + timedelta(days=6), "site_id": None}
            latest = session.scalar(
                text(
                    "select max(revision) from jiantu.progress_report"
                    " where project_id = :p and first_on = :f"
                ),
                {"p": chosen, "f": TODAY},
            )
            percent = float(random.randrange(100))
            record_progress(session, TODAY, chosen, week | {"percent": percent}, latest)
        case 3:
            version = session.scalar(select(Project.version).where(Project.id == chosen))
            edit_record(session, TODAY, "project", chosen, version or 0, {"name": f"改名{step}"})
        case 5:
            row, version = session.execute(
                text("select id, version from jiantu.blocker order by id desc limit 1")
            ).one()
            remove_record(session, TODAY, "blocker", row, version)
        case _:
            roll_day(session, TODAY + timedelta(days=step))


def answers(client: FlaskClient, moment: str | None = None) -> list[bytes]:
    found = []
    for path in PATHS:
        # Named, because whoever asks for another language is answered in it from then on.
        asked = {"lang": "zh"} | dict(parse_qsl(path.partition("?")[2]))
        asked |= {"as_of": moment} if moment else {}
        answer = client.get(path.partition("?")[0], query_string=asked)
        assert answer.status_code == 200, (path, moment)
        found.append(answer.data)
    return found


def now(engine: Engine) -> str:
    with acting_session(engine, COMMAND) as session:
        found: datetime = session.execute(text("select clock_timestamp()")).scalar_one()
    return found.astimezone(UTC).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(2, 20))]
)
def test_every_answer_of_a_moment_is_the_one_that_was_given_then(
    clients: dict[str, FlaskClient], engine: Engine, seed: int
) -> None:
    random = Random(seed)  # noqa: S311  chance, not secrecy
    given: list[tuple[str, dict[str, list[bytes]]]] = []
    for step in range(EDITS):
        with acting_session(engine, COMMAND) as session:
            edit(session, random, step)
        live = {who: answers(client) for who, client in clients.items()}
        given.append((now(engine), live))
    assert (
        len({json.dumps([body.hex() for body in live["command"]]) for _, live in given}) > EDITS - 3
    )
    # What others keep as a draft today is hidden from a unit in the past as well: see the next test.
    put(engine, *(some_zone(random, number, ("planned",)) for number in range(9)))
    for moment, live in given:
        for who, client in clients.items():
            then = answers(client, moment)
            assert [p for p, a, b in zip(PATHS, live[who], then, strict=True) if a != b] == []


def seen(client: FlaskClient, layer: str, moment: str | None = None) -> set[str]:
    """The codes of the zones that a layer shows, now or as of a moment."""
    asked = {"as_of": moment} if moment else {}
    answer = client.get(f"/api/map/layers/{layer}", query_string=asked)
    assert answer.status_code == 200
    return {feature["properties"]["code"] for feature in answer.get_json(force=True)["features"]}


def put(engine: Engine, *zones: ZoneRecord) -> None:
    with acting_session(engine, COMMAND) as session:
        take(session, list(zones), ROADS)


def test_a_unit_sees_no_more_in_the_past_than_it_may_see_today(
    clients: dict[str, FlaskClient], engine: Engine
) -> None:
    put(engine, dig("D1", "ab", unit="测试供水", state="draft"), dig("D2", "ab", unit="测试供水"))
    before = now(engine)
    put(
        engine,
        dig("D1", "ab", unit="测试供水", state="confirmed"),
        dig("D2", "ab", unit="测试供水", state="draft"),
    )
    unit, command = clients[UNIT], clients["command"]
    assert "D1" in seen(unit, "relocations")
    # What was a draft then was its owner's; what is a draft today is hidden in its past as well.
    assert {"D1", "D2"} & seen(unit, "relocations", before) == set()
    assert "D2" in seen(command, "relocations", before)


def test_who_led_a_project_once_does_not_see_its_past_any_more_and_who_leads_it_does(
    clients: dict[str, FlaskClient], engine: Engine
) -> None:
    path = "/api/map/projects/P1"
    unit = clients[UNIT]
    before = now(engine)
    assert unit.get(path, query_string={"as_of": before}).status_code == 200
    with acting_session(engine, COMMAND) as session:
        take_batch(session, Batch(projects=[project("P1", lead_unit="测试交通局")]), TODAY)
    assert unit.get(path).status_code == 404
    assert unit.get(path, query_string={"as_of": before}).status_code == 404
    lamps = unit.get("/api/map/lamps", query_string={"as_of": before}).get_json()
    assert len(lamps["projects"]) == 2
    assert clients["command"].get(path, query_string={"as_of": before}).status_code == 200


def test_no_moment_shows_half_of_a_change(clients: dict[str, FlaskClient], engine: Engine) -> None:
    command = clients["command"]
    with acting_session(engine, COMMAND) as session:
        take(session, [dig("H1", "ab", unit="测试供水")], ROADS)
        session.flush()
        halfway = now(engine)
        take(session, [dig("H2", "ab", unit="测试供水")], ROADS)
    after = now(engine)
    assert {"H1", "H2"} <= seen(command, "relocations", after)
    assert {"H1", "H2"} & seen(command, "relocations", halfway) == set()
    with acting_session(engine, COMMAND) as session:
        take(session, [dig("H1", "bc", unit="测试供水", state="withdrawn")], ROADS)
        halfway = now(engine)
        take(session, [dig("H2", "bc", unit="测试供水", state="withdrawn")], ROADS)
    assert {"H1", "H2"} <= seen(command, "relocations", halfway)
    assert {"H1", "H2"} & seen(command, "relocations", now(engine)) == set()


def test_the_moments_round_a_change_are_the_last_without_and_the_first_with_it(
    clients: dict[str, FlaskClient], engine: Engine
) -> None:
    put(engine, dig("R1", "ab", unit="测试供水"))
    with acting_session(engine, COMMAND) as session:
        written = session.execute(
            text("select lower(valid) from history.zone_version where row ->> 'code' = 'R1'")
        ).scalar_one()
        ((before, after),) = find_moments_round(session, [written]).values()
    assert before < written < after
    command = clients["command"]
    assert "R1" not in seen(command, "relocations", before.isoformat())
    assert "R1" in seen(command, "relocations", after.isoformat())


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("yesterday", 400),
        ("9999-12-31T23:59", 400),
        ("2026-11-31T00:00", 400),
        ("1999-01-01T00:00", 404),
    ],
)
def test_a_moment_that_is_none_or_of_which_nothing_is_known_is_refused(
    clients: dict[str, FlaskClient], moment: str, status: int
) -> None:
    for path in ("/api/map/lamps", "/command"):
        assert clients["command"].get(f"{path}?as_of={moment}").status_code == status


def test_a_moment_without_an_offset_is_meant_in_the_citys_time(
    clients: dict[str, FlaskClient], engine: Engine
) -> None:
    before = datetime.fromisoformat(now(engine)).astimezone(ZoneInfo("Asia/Shanghai"))
    put(engine, dig("T1", "ab", unit="测试供水"))
    local = before.replace(tzinfo=None).isoformat()
    assert "T1" not in seen(clients["command"], "relocations", local)
    assert "T1" in seen(clients["command"], "relocations")


def ledger_cells(client: FlaskClient, **asked: str) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the sheets of the ledger."""
    answer = client.get("/command/files/ledger.xlsx", query_string=asked)
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.data), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_the_ledger_and_the_sheet_for_the_wall_are_those_of_the_moment(
    clients: dict[str, FlaskClient], engine: Engine
) -> None:
    command = clients["command"]
    before = ledger_cells(command)
    with acting_session(engine, COMMAND) as session:
        moment = session.scalar(text("select clock_timestamp()")).isoformat()
    with acting_session(engine, COMMAND) as session:
        row, version = session.execute(
            select(Project.id, Project.version).where(Project.code == "P2")
        ).one()
        edit_record(session, TODAY, "project", row, version, {"name": "后来改的名"})
        values = {"project_id": row, "cause": "land", "text": "后来的问题", "raised_on": TODAY}
        add_record(session, TODAY, "blocker", values)
    assert ledger_cells(command) != before
    assert ledger_cells(command, as_of=moment) == before
    named = command.get("/command/files/ledger.xlsx", query_string={"as_of": moment})
    assert "%E6%88%AA%E8%87%B3" in named.headers["Content-Disposition"]  # 截至
    sheet = command.get("/command/files/sheet.pdf", query_string={"as_of": moment, "lang": "zh"})
    assert sheet.status_code == 200
    told = "".join(page.extract_text() for page in PdfReader(BytesIO(sheet.data)).pages)
    assert "截至" in told
    assert "后来改的名" not in told
    now = command.get("/command/files/sheet.pdf", query_string={"lang": "zh"})
    told = "".join(page.extract_text() for page in PdfReader(BytesIO(now.data)).pages)
    assert "截至" not in told
    assert "后来改的名" in told


def test_the_menu_of_a_moment_leads_to_its_files_and_says_what_is_not_among_them(
    clients: dict[str, FlaskClient], engine: Engine
) -> None:
    with acting_session(engine, COMMAND) as session:
        moment = session.scalar(text("select clock_timestamp()")).isoformat()
    page = clients["command"].get("/command", query_string={"as_of": moment, "lang": "zh"}).text
    assert "/command/files/ledger.xlsx?as_of=" in page
    assert "项目档案按当前数据生成" in page
    assert "template.xlsx" not in page
