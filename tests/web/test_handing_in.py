"""Units hand in their sheets with their own accounts: each sees its own and answers for itself, nobody else is seen."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.database import Database
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.exporters.collection.columns import HEADING_ROW, PLACE, SHEET
from geo.model.collection import CollectionFile
from tests.collecting import COMMAND, NOW, TODAY
from tests.handing_in import (
    EDITOR,
    GOOD,
    HOUSING,
    OTHER,
    READER,
    WATER,
    Handing,
    filled,
    make_handing,
)
from tests.people import ensure_account, settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from tests.postgres import Server


@pytest.fixture(scope="module")
def template_city(server: Server) -> Handing:
    return make_handing(server)


@pytest.fixture
def city(server: Server, template_city: Handing) -> Iterator[Handing]:
    """A copy of the city for each test."""
    url = server.copy_database(template_city.url.replace("//jiantu_staff@", "//jiantu@"))
    yield Handing(
        url.replace("//jiantu@", "//jiantu_staff@"), template_city.round_id, template_city.sheets
    )
    server.drop_database(url)


@pytest.fixture
def asking(city: Handing) -> Iterator[Callable[[str], FlaskClient]]:
    """A browser for each person."""
    database = Database(city.url)
    app = create_app(settings_of(city.url, today=TODAY.isoformat()), database, lambda: NOW)
    app.config["WTF_CSRF_ENABLED"] = False
    yield lambda words: sign_in_client(app.test_client(), city.url, words)
    database.close()


def hand_in(
    client: FlaskClient, sheet: int, content: bytes, name: str = "周报.xlsx"
) -> TestResponse:
    return client.post(
        f"/collection/sheets/{sheet}/hand-in",
        data={"file": (io.BytesIO(content), name), "sheet": str(sheet)},
        follow_redirects=True,
    )


def blank(client: FlaskClient, sheet: int) -> bytes:
    answer = client.get(f"/collection/sheets/{sheet}/blank.xlsx")
    assert answer.status_code == 200
    return bytes(answer.data)


def test_a_unit_sees_its_own_sheets_and_none_of_the_others(
    city: Handing, asking: Callable[[str], FlaskClient]
) -> None:
    editor = asking(EDITOR)
    listed = editor.get("/collection").text
    assert f"/collection/sheets/{city.sheets[HOUSING]}" in listed
    assert f"/collection/sheets/{city.sheets[WATER]}" not in listed
    assert WATER not in listed
    water = city.sheets[WATER]
    assert hand_in(asking(OTHER), water, blank(asking(OTHER), water)).status_code == 200
    assert editor.get(f"/collection/rounds/{city.round_id}").status_code == 404
    assert editor.get(f"/collection/rounds/{city.round_id}/sheets.zip").status_code == 404
    for path in ("", "/blank.xlsx", "/returned.xlsx"):
        assert editor.get(f"/collection/sheets/{water}{path}").status_code == 404
    theirs = _file_of(city, water)
    assert editor.get(f"/collection/files/{theirs}/source").status_code == 404
    mark = {"row": "1", "field": "percent", "kind": "percent_fraction", "choice": "take"}
    assert editor.post(f"/collection/files/{theirs}/answers", data=mark).status_code == 404
    assert hand_in(editor, water, b"PK").status_code == 404


def _file_of(city: Handing, sheet: int) -> int:
    engine = make_engine(city.url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        found = session.scalars(
            select(CollectionFile.id).where(
                CollectionFile.sheet_id == sheet, CollectionFile.current
            )
        ).one()
    engine.dispose()
    return found


def test_a_unit_fills_its_sheet_in_answers_what_is_asked_and_the_command_takes_it_in(
    city: Handing, asking: Callable[[str], FlaskClient]
) -> None:
    editor, command = asking(EDITOR), asking("command")
    sheet = city.sheets[HOUSING]
    content = blank(editor, sheet)
    assert load_workbook(io.BytesIO(content))[SHEET].cell(HEADING_ROW + 1, PLACE["percent"]).value
    page = hand_in(editor, sheet, filled(content, GOOD | {(1, "percent"): 0.42})).text
    assert "百分数写法不明" in page
    [file_id] = set(re.findall(r"/collection/files/(\d+)/answers", page))
    row = HEADING_ROW + 1
    mark = {"row": str(row), "field": "percent", "kind": "percent_fraction", "sheet": str(sheet)}
    answered = editor.post(
        f"/collection/files/{file_id}/answers",
        data=mark | {"choice": "value:42"},
        follow_redirects=True,
    )
    assert answered.status_code == 200
    assert "撤回答复" in answered.text or "Take the answer back" in answered.text
    done = command.post(f"/collection/sheets/{sheet}/merge", follow_redirects=True)
    assert done.status_code == 200
    assert "已入库" in editor.get("/collection").text
    told = command.get(f"/collection/sheets/{sheet}").text
    assert f"{HOUSING} · 测试editor" in told
    assert "指挥部 · 测试command" in told
    assert not re.search(r"\b(unit|command):\d", told)
    engine = make_engine(city.url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        kept = session.execute(
            text(
                "select f.typed_for, f.received_by, r.percent, r.origin from jiantu.collection_file f,"
                " jiantu.progress_report r join jiantu.project p on p.id = r.project_id"
                " where p.code = 'P1' and r.first_on = '2026-11-16'"
            )
        ).one()
    engine.dispose()
    assert not kept.typed_for
    assert kept.received_by.startswith("unit:")
    assert kept.percent == 42
    assert "代录" not in kept.origin


MISSPELT = {(2, "key"): None, (2, "code"): None, (2, "name"): "锦秀学校新建"}
"""A row without key or code, whose name is only like that of a project."""


def confirm(client: FlaskClient, page: str, sheet: int, choice: str) -> TestResponse:
    """Answer what is asked about the name of the second row."""
    [file_id] = set(re.findall(r"/collection/files/(\d+)/answers", page))
    mark = {
        "row": str(HEADING_ROW + 2),
        "field": "name",
        "kind": "name_unsure",
        "sheet": str(sheet),
    }
    return client.post(
        f"/collection/files/{file_id}/answers",
        data=mark | {"choice": choice},
        follow_redirects=True,
    )


def test_a_name_that_a_unit_confirmed_is_known_in_its_next_file_and_in_no_other_units(
    city: Handing, asking: Callable[[str], FlaskClient]
) -> None:
    editor, command = asking(EDITOR), asking("command")
    sheet, theirs = city.sheets[HOUSING], city.sheets[WATER]
    content = blank(editor, sheet)
    page = hand_in(editor, sheet, filled(content, GOOD | MISSPELT)).text
    assert confirm(editor, page, sheet, "project:P2").status_code == 200
    again = hand_in(editor, sheet, filled(content, GOOD | MISSPELT | {(1, "percent"): 41.5})).text
    assert "待确认的名称" not in again
    assert "以前确认过的名称" in again
    assert "本单位确认" in again
    other = asking(OTHER)
    named = {(1, "key"): None, (1, "code"): None, (1, "name"): "锦秀学校新建"}
    told = hand_in(other, theirs, filled(blank(other, theirs), {**named, (1, "percent"): 41})).text
    assert "以前确认过的名称" not in told
    assert "是不是“锦绣学校新建工程”" in told
    forgotten = editor.post(
        f"/collection/sheets/{sheet}/forget",
        data={"name": "锦秀学校新建", "sheet": str(sheet)},
        follow_redirects=True,
    )
    assert "以前确认过的名称" not in forgotten.text
    # What stands in this file stays answered; the next one is asked about anew.
    fresh = hand_in(editor, sheet, filled(content, GOOD | MISSPELT | {(1, "percent"): 42.5})).text
    assert "是不是“锦绣学校新建工程”" in fresh
    assert (
        command.post(
            f"/collection/sheets/{sheet}/forget", data={"name": "没有这个", "sheet": str(sheet)}
        ).status_code
        == 422
    )


def test_a_name_that_the_command_confirmed_is_known_in_every_units_sheets(
    city: Handing, asking: Callable[[str], FlaskClient], engine: Engine
) -> None:
    editor, command = asking(EDITOR), asking("command")
    sheet = city.sheets[HOUSING]
    content = blank(editor, sheet)
    page = hand_in(editor, sheet, filled(content, GOOD | MISSPELT)).text
    confirm(command, page, sheet, "project:P2")
    with acting_session(engine, COMMAND) as session:
        kept = session.execute(text("select alias, for_unit_id from jiantu.name_alias")).all()
    assert [tuple(row) for row in kept] == [("锦秀学校新建", None)]
    again = hand_in(editor, sheet, filled(content, GOOD | MISSPELT | {(1, "percent"): 41.5})).text
    assert "指挥部确认" in again
    refused = editor.post(
        f"/collection/sheets/{sheet}/forget", data={"name": "锦秀学校新建", "sheet": str(sheet)}
    )
    assert refused.status_code == 422


def test_a_sheet_sent_back_is_there_with_its_faults_as_comments_and_may_be_handed_in_again(
    city: Handing, asking: Callable[[str], FlaskClient]
) -> None:
    editor, command = asking(EDITOR), asking("command")
    sheet = city.sheets[HOUSING]
    content = blank(editor, sheet)
    hand_in(editor, sheet, filled(content, GOOD | {(1, "percent"): 0.42}))
    command.post(f"/collection/sheets/{sheet}/return")
    assert "退回" in editor.get(f"/collection/sheets/{sheet}").text
    returned = editor.get(f"/collection/sheets/{sheet}/returned.xlsx")
    cell = load_workbook(io.BytesIO(returned.data))[SHEET].cell(HEADING_ROW + 1, PLACE["percent"])
    assert cell.comment is not None
    assert "百分" in cell.comment.text
    again = hand_in(editor, sheet, filled(content, GOOD))
    assert again.status_code == 200
    assert "百分数写法不明" not in again.text
    assert "已报" in editor.get("/collection").text


def test_what_is_no_sheet_or_another_units_is_refused_with_a_sentence_and_not_kept(
    city: Handing, asking: Callable[[str], FlaskClient]
) -> None:
    editor, sheet = asking(EDITOR), city.sheets[HOUSING]
    theirs = blank(asking(OTHER), city.sheets[WATER])
    for content, words in ((b"no sheet", "不是 Excel"), (theirs, f"这份表是“{WATER}”的")):
        answer = hand_in(editor, sheet, content)
        assert answer.status_code == 422
        assert words in answer.text
    assert editor.post(f"/collection/sheets/{sheet}/hand-in").status_code == 422
    engine = make_engine(city.url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        counts = [
            session.scalar(text(f"select count(*) from jiantu.{table}"))  # noqa: S608
            for table in ("collection_file", "stored_file")
        ]
    engine.dispose()
    assert counts == [0, 0]


def test_who_only_reads_for_a_unit_hands_nothing_in(
    city: Handing, asking: Callable[[str], FlaskClient]
) -> None:
    reader, sheet = asking(READER), city.sheets[HOUSING]
    content = filled(blank(asking(EDITOR), sheet), GOOD | {(1, "percent"): 0.42})
    hand_in(asking(EDITOR), sheet, content)
    page = reader.get(f"/collection/sheets/{sheet}").text
    assert "百分数写法不明" in page
    assert "/answers" not in page
    assert "hand-in" not in page
    assert hand_in(reader, sheet, content).status_code == 404
    file_id = _file_of(city, sheet)
    mark = {"row": "5", "field": "percent", "kind": "percent_fraction", "choice": "value:42"}
    assert reader.post(f"/collection/files/{file_id}/answers", data=mark).status_code == 404


def test_one_answer_settles_all_of_a_kind_that_are_ticked(
    city: Handing, asking: Callable[[str], FlaskClient]
) -> None:
    editor, command = asking(EDITOR), asking("command")
    sheet = city.sheets[HOUSING]
    cells = GOOD | {(1, "reporter"): None, (2, "reporter"): None}
    page = hand_in(editor, sheet, filled(blank(editor, sheet), cells)).text
    marks = re.findall(r'name="mark" value="([^"]*reporter_missing)" checked', page)
    assert len(marks) == 2
    form = {"kind": "reporter_missing", "sheet": str(sheet)}
    choice = re.search(
        r'value="reporter_missing">.*?name="choice" value="([^"]+)"', page, re.DOTALL
    )
    assert choice is not None
    address = f"/collection/rounds/{city.round_id}/alike"
    answer = form | {"choice": choice[1], "mark": [marks[0]]}
    assert editor.post(address, data=answer).status_code == 303
    left = command.get(f"/collection/rounds/{city.round_id}").text
    assert f"f-{marks[1].replace(':', '-')}" in left
    assert f"f-{marks[0].replace(':', '-')}" not in left
    nothing = form | {"choice": "value:3", "mark": marks}
    assert editor.post(address, data=nothing).status_code == 422
    assert asking(READER).post(address, data=answer).status_code == 404


@pytest.fixture
def engine(city: Handing) -> Iterator[Engine]:
    made = make_engine(city.url, pool_size=1)
    yield made
    made.dispose()


FORBIDDEN = {
    "another unit's sheet": "update jiantu.collection_sheet set state = 'received' where unit_id <> {unit} returning 1",
    "taken in by itself": "update jiantu.collection_sheet set state = 'merged' where unit_id = {unit} returning 1",
    "whose sheet it is": "update jiantu.collection_sheet set unit_id = {unit} returning 1",
    "a file in another's sheet": (
        "insert into jiantu.collection_file (round_id, sheet_id, file_name, sha256, received_at, received_by, refusal)"
        " select round_id, {theirs}, 'x', sha256, received_at, 'x', 'x' from jiantu.collection_file returning 1"
    ),
    "typed for somebody": (
        "insert into jiantu.collection_file"
        " (round_id, sheet_id, file_name, sha256, received_at, received_by, refusal, typed_for)"
        " select round_id, sheet_id, 'x', sha256, received_at, 'x', 'x', true from jiantu.collection_file returning 1"
    ),
    "what lies between two units": (
        "insert into jiantu.collection_answer (file_id, row, field, kind, choice, answered_by, answered_at)"
        " select id, 1, 'name', 'units_disagree', 'take', 'x', now() from jiantu.collection_file returning 1"
    ),
    "a taking-in": (
        "insert into jiantu.collection_merge (sheet_id, file_id, request_id, merged_by, merged_at, counts)"
        " select sheet_id, id, 'x', 'x', now(), '{{}}' from jiantu.collection_file returning 1"
    ),
    "a round": "update jiantu.collection_round set due_at = now() returning 1",
    "a name for another unit": (
        "insert into jiantu.name_alias (alias, unit_id, for_unit_id, confirmed_by, confirmed_at)"
        " select 'x', {unit}, id, 'x', now() from jiantu.unit where id <> {unit} limit 1 returning 1"
    ),
    "a name of another's project": (
        "insert into jiantu.name_alias (alias, project_id, for_unit_id, confirmed_by, confirmed_at)"
        " select 'x', id, {unit}, 'x', now() from jiantu.project_name where code = 'P3' returning 1"
    ),
    "a name for everybody": (
        "insert into jiantu.name_alias (alias, unit_id, confirmed_by, confirmed_at)"
        " values ('x', {unit}, 'x', now()) returning 1"
    ),
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_the_database_itself_keeps_a_unit_to_its_own(
    city: Handing, asking: Callable[[str], FlaskClient], engine: Engine, statement: str
) -> None:
    for words, unit in ((EDITOR, HOUSING), (OTHER, WATER)):
        client = asking(words)
        assert (
            hand_in(client, city.sheets[unit], blank(client, city.sheets[unit])).status_code == 200
        )
    me = Identity(Role.UNIT, "unit:1", account_id=ensure_account(city.url, EDITOR))
    with acting_session(engine, me) as session:
        seen = session.scalars(text("select sheet_id from jiantu.collection_file")).all()
        own = session.scalars(text("select unit_id from jiantu.collection_sheet")).one()
    assert seen == [city.sheets[HOUSING]]
    with pytest.raises(AssertionError), acting_session(engine, me) as session:  # noqa: PT012
        try:
            written = session.execute(
                text(statement.format(unit=own, theirs=city.sheets[WATER]))
            ).all()
        except DBAPIError as error:
            raise AssertionError(str(error.orig)) from error
        assert written
