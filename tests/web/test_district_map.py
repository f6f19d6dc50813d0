"""Districts drawn anew on the map: what it does is told, neighbours give way, all of it is undone; imports as well."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from shapely.geometry import Polygon, box, mapping
from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.database.acting import acting_session, make_engine
from geo.records import Batch, DistrictRecord
from tests.clock import NOW
from tests.conftest import COMMAND
from tests.factories import TODAY, project
from tests.people import admit, sign_in_client
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from tests.postgres import Server

WEST, EAST = box(116.30, 37.45, 116.32, 37.47), box(116.32, 37.45, 116.34, 37.47)
"""Two districts that share a border; each is about 1.8 by 2.2 km."""
WIDER = box(116.30, 37.45, 116.33, 37.47)
NARROWER = box(116.30, 37.45, 116.31, 37.47)
BOW_TIE = Polygon([(116.30, 37.45), (116.32, 37.47), (116.32, 37.45), (116.30, 37.47)])


def fill(url: str) -> None:
    """Two districts that share a border, and a project."""
    districts = [
        DistrictRecord("371401", "西区", WEST, "West", "district"),
        DistrictRecord("371402", "东区", EAST, "East", "district"),
    ]
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, Batch(districts=districts, projects=[project("P1")]), TODAY)
    engine.dispose()
    admit(url, "admin", "command")


@pytest.fixture
def url(server: Server) -> str:
    found, _ = server.make_filled("district map", fill)
    return found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url, pool_size=1)
    yield engine
    engine.dispose()


@pytest.fixture
def admin(url: str) -> Iterator[FlaskClient]:
    with client_at(url, lambda: NOW) as client:
        admin = sign_in_client(client.application.test_client(), url, "admin")
        admin.get("/admin?lang=zh")
        yield admin


def ask(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with acting_session(engine, COMMAND) as session:
        return [tuple(row) for row in session.execute(text(query))]


def borders(engine: Engine) -> list[tuple[str, str]]:
    """Each district's border, and with it that the metric one is the same."""
    return [
        (name, shape)
        for name, shape in ask(
            engine,
            "select name, st_astext(st_normalize(shape), 4) from jiantu.district"
            " where st_hausdorffdistance(st_transform(shape, st_srid(shape_metric)), shape_metric) < 0.01"
            " order by code",
        )
    ]


def path_of(engine: Engine, name: str = "西区") -> str:
    rows = ask(engine, f"select id from jiantu.district where name = '{name}'")  # noqa: S608  a name of this file
    return f"/admin/districts/{rows[0][0]}/shape"


def hidden(page: str, action: str) -> dict[str, str]:
    form = page[page.index(f'action="{action}"') :]
    return dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', form[: form.index("</form>")]))


def draw(admin: FlaskClient, path: str, shape: Polygon, **more: str) -> TestResponse:
    said = hidden(admin.get(path).text, path)
    said.pop("give_way", None)
    return admin.post(path, data={**said, "shape": json.dumps(mapping(shape)), **more})


def look(admin: FlaskClient, path: str, shape: Any) -> TestResponse:
    token = hidden(admin.get(path).text, path)["csrf_token"]
    return admin.post(f"{path}/look", data={"csrf_token": token, "shape": json.dumps(shape)})


def test_overlaps_and_gaps_are_told_while_one_draws(admin: FlaskClient, engine: Engine) -> None:
    path = path_of(engine)
    as_it_is = look(admin, path, mapping(WEST)).json
    assert as_it_is is not None
    assert as_it_is["sentences"] == []
    assert as_it_is["area_km2"] == pytest.approx(3.93, abs=0.05)
    wider = look(admin, path, mapping(WIDER)).json
    assert wider is not None
    assert wider["sentences"] == ["与“东区”重叠1.96平方公里。"]
    narrower = look(admin, path, mapping(NARROWER)).json
    assert narrower is not None
    assert narrower["sentences"] == ["原范围内有1.96平方公里不再属于任何区县。"]
    notched = WEST.difference(box(116.315, 37.455, 116.32, 37.465))
    gap = look(admin, path, mapping(notched)).json
    assert gap is not None
    assert len(gap["sentences"]) == 1
    assert "空隙" in gap["sentences"][0]
    assert borders(engine)[0][0] == "西区"


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ({}, "画的不是面"),
        ({"type": "Point", "coordinates": [116.3, 37.4]}, "画的不是面"),
        ({"type": "Polygon", "coordinates": [[[116.3, 37.4], [116.4, 37.4]]]}, "画的不是面"),
        ({"type": "Polygon", "coordinates": [[["a", 1]] * 4]}, "画的不是面"),
        ({"type": "Polygon", "coordinates": [[[1e400, 1]] * 4]}, "画的不是面"),
        (mapping(BOW_TIE), "自己相交"),
        (mapping(box(10, 10, 11, 11)), "超出了本市地图的范围"),
        (mapping(WEST.centroid.buffer(0.01, quad_segs=3_000)), "最多10000个"),
    ],
)
def test_what_is_no_border_is_refused_with_a_sentence(
    admin: FlaskClient, engine: Engine, shape: Any, sentence: str
) -> None:
    before = borders(engine)
    path = path_of(engine)
    told = look(admin, path, shape)
    assert told.status_code == 422
    assert told.json is not None
    assert sentence in told.json["detail"]
    said = hidden(admin.get(path).text, path)
    refused = admin.post(path, data={**said, "shape": json.dumps(shape)})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert borders(engine) == before


def test_a_border_moves_and_the_neighbour_gives_way_and_both_are_undone(
    admin: FlaskClient, engine: Engine
) -> None:
    path, before = path_of(engine), borders(engine)
    sent = draw(admin, path, WIDER, give_way="1")
    assert sent.status_code == 303
    moved = borders(engine)
    assert "116.33" in moved[0][1]
    assert moved[1][1] == moved[1][1].replace("116.32", "116.33")
    shared = (
        "select st_area(st_intersection(a.shape, b.shape))"
        " from jiantu.district a join jiantu.district b on a.id < b.id"
    )
    assert ask(engine, shared) == [(0.0,)]
    page = admin.get(sent.location).text
    assert "没有与其他区县重叠" in page
    history = admin.get(f"/history/district/{path.split('/')[3]}").text
    assert "outline-before" in history
    undo = f"{path}/undo"
    back = admin.post(undo, data=hidden(page, undo))
    assert back.status_code == 303
    assert borders(engine) == before
    # Pressed once more it is another version by now.
    assert admin.post(undo, data=hidden(page, undo)).status_code == 412


def test_without_giving_way_the_overlap_stays_and_is_told(
    admin: FlaskClient, engine: Engine
) -> None:
    path, before = path_of(engine), borders(engine)
    sent = draw(admin, path, WIDER)
    assert sent.status_code == 303
    assert borders(engine)[1] == before[1]
    assert "与“东区”重叠1.96平方公里" in admin.get(sent.location).text


def test_a_neighbour_is_not_swallowed_whole(admin: FlaskClient, engine: Engine) -> None:
    before = borders(engine)
    sent = draw(admin, path_of(engine), box(116.30, 37.45, 116.35, 37.47), give_way="1")
    assert sent.status_code == 422
    assert "“东区”会被完全覆盖" in sent.text
    assert borders(engine) == before


def test_who_did_not_see_another_districts_change_is_told_and_keeps_what_he_drew(
    admin: FlaskClient, engine: Engine
) -> None:
    path = path_of(engine)
    opened = hidden(admin.get(path).text, path)
    assert (
        draw(admin, path_of(engine, "东区"), box(116.32, 37.45, 116.345, 37.47)).status_code == 303
    )
    drawn = json.dumps(mapping(WIDER))
    late = admin.post(path, data={**opened, "shape": drawn})
    assert late.status_code == 412
    assert "已被他人修改" in late.text
    assert "116.33" in late.text
    del opened["version"]
    assert admin.post(path, data={**opened, "shape": drawn}).status_code == 428


def test_the_maps_layer_of_districts_is_raised_by_a_save_and_by_a_restoration(
    admin: FlaskClient, engine: Engine
) -> None:
    number = "select number from jiantu.revision where audience = 'staff' and layer = 'districts'"
    path, before = path_of(engine), ask(engine, number)
    draw(admin, path, NARROWER)
    between = ask(engine, number)
    assert between > before
    key = path.split("/")[3]
    record = f"/history/district/{key}"
    said = hidden(admin.get(record).text, f"{record}/restore")
    assert admin.post(f"{record}/restore", data=said | {"to": "1"}).status_code == 303
    assert ask(engine, number) > between
    assert "116.32" in borders(engine)[0][1]
