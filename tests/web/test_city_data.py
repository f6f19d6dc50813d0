"""Lists and districts kept by the administrator: renamed, put in order, retired, and what forms then offer."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from app import create_app
from app.database import Database
from geo.changes.batches import take_batch
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.queries.ledger import get_project_row, read_options
from geo.records import Batch, DistrictRecord
from tests.clock import NOW, TODAY
from tests.factories import SQUARE, project
from tests.people import settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.postgres import Server


class Desk:
    """A small city of its own in which the administrator is signed in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.database = Database(url)
        self.app = create_app(settings_of(url), self.database, lambda: NOW)
        self.admin = sign_in_client(self.app.test_client(), url, "admin")
        self.engine = make_engine(url, pool_size=1)

    def send(self, path: str, **form: Any) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.admin.get("/account").text)
        assert token
        return self.admin.post(path, data={"csrf_token": token[1], **form})

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with acting_session(self.engine, Identity(Role.LEADER, "test")) as session:
            return [tuple(row) for row in session.execute(text(statement))]

    def entry(self, table: str, code: str) -> dict[str, Any]:
        """What the form of an entry sends back unless something is typed."""
        ((name, name_en, version),) = self.rows(
            f"select name, name_en, version from jiantu.{table} where code = '{code}'"  # noqa: S608
        )
        return {"code": code, "name": name, "name_en": name_en, "version": version}

    def offered(self, name: str) -> list[str]:
        """What the forms of a project offer to the command."""
        with acting_session(self.engine, Identity(Role.COMMAND, "test")) as session:
            row = get_project_row(session, "P1")
            options = read_options(session, row, "zh", by_command=True)
        return [choice.value for choice in options[name]]

    def close(self) -> None:
        self.engine.dispose()
        self.database.close()


@pytest.fixture(scope="module")
def desk(server: Server) -> Iterator[Desk]:
    """One city for all tests of this file: each has entries of its own, or puts them back."""
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    desk = Desk(url)
    districts = [DistrictRecord(f"3714{n}", f"属地{n}", SQUARE, None, "district") for n in range(3)]
    with acting_session(desk.engine, Identity(Role.COMMAND, "test:command")) as session:
        take_batch(session, Batch(districts=districts, projects=[project("P1")]), TODAY)
    yield desk
    desk.close()


def test_an_entry_is_renamed_keeps_its_code_and_its_old_name_for_imports(desk: Desk) -> None:
    sent = desk.send(
        "/admin/lists/cause", **(desk.entry("cause", "funds") | {"name": "资金不到位"})
    )
    assert sent.status_code == 303
    ((name, synonyms),) = desk.rows("select name, synonyms from jiantu.cause where code = 'funds'")
    assert name == "资金不到位"
    assert "资金" in synonyms
    page = desk.admin.get("/admin/lists/cause").text
    assert "名称: 资金 → 资金不到位" in page
    assert "测试admin" in page


def test_the_second_of_two_who_rename_is_told_and_overwrites_nothing(desk: Desk) -> None:
    seen = desk.entry("cause", "design_change")
    desk.send("/admin/lists/cause", **(seen | {"name": "第一个"}))
    second = desk.send("/admin/lists/cause", **(seen | {"name": "第二个"}))
    assert second.status_code == 412
    assert "刚被别人改过" in second.text
    assert desk.entry("cause", "design_change")["name"] == "第一个"


@pytest.mark.parametrize(("name", "sentence"), [("用地", "已有“用地”"), ("  ", "请填写名称")])
def test_a_name_that_will_not_do_is_told_why(desk: Desk, name: str, sentence: str) -> None:
    refused = desk.send("/admin/lists/cause", **(desk.entry("cause", "funds") | {"name": name}))
    assert refused.status_code == 422
    assert sentence in refused.text


def test_entries_move_up_and_down_and_forms_offer_them_in_that_order(desk: Desk) -> None:
    before = desk.offered("cause")
    assert desk.send(f"/admin/lists/cause/{before[0]}/move", by="-1").status_code == 303
    assert desk.offered("cause") == before
    sent = desk.send(f"/admin/lists/cause/{before[0]}/move", by="1")
    assert sent.location == f"/admin/lists/cause?moved=down-{before[0]}"
    assert desk.offered("cause") == [before[1], before[0], *before[2:]]
    assert 'aria-label="下移“' in desk.admin.get(sent.location).text
    desk.send(f"/admin/lists/cause/{before[0]}/move", by="-1")
    assert desk.offered("cause") == before


def test_a_retired_entry_is_offered_no_more_and_never_deleted(desk: Desk) -> None:
    assert desk.send("/admin/lists/cause/funds/retired", retired="1").status_code == 303
    assert "funds" not in desk.offered("cause")
    assert desk.rows("select retired_on from jiantu.cause where code = 'funds'") == [(TODAY,)]
    desk.send("/admin/lists/cause/funds/retired", retired="0")
    assert "funds" in desk.offered("cause")


def test_the_last_entry_of_a_list_stays(desk: Desk) -> None:
    codes = [code for (code,) in desk.rows("select code from jiantu.road_class order by position")]
    answers = [desk.send(f"/admin/lists/road_class/{code}/retired", retired="1") for code in codes]
    assert [answer.status_code for answer in answers] == [303] * (len(codes) - 1) + [422]
    assert "至少保留一项" in answers[-1].text


def test_a_list_is_extended(desk: Desk) -> None:
    for name, name_en in (("台风", "Typhoon"), ("台风二", "typhoon!"), ("无英文", "")):
        sent = desk.send("/admin/lists/cause", name=name, name_en=name_en)
        assert sent.status_code == 303
    assert desk.offered("cause")[-3:] == ["typhoon", "typhoon_2", "entry"]
    desk.send("/admin/lists/utility", name="中水", name_en="Reclaimed", letter="中")
    assert desk.rows("select letter from jiantu.utility where code = 'reclaimed'") == [("中",)]


def test_a_step_in_new_words_is_known_by_its_old_ones(desk: Desk) -> None:
    code, name = desk.rows("select code, name from jiantu.ladder_step order by id limit 1")[0]
    sent = desk.send(
        "/admin/lists/ladder_step", **(desk.entry("ladder_step", code) | {"name": "新说法"})
    )
    assert sent.status_code == 303
    ((said, synonyms),) = desk.rows(
        f"select name, synonyms from jiantu.ladder_step where code = '{code}'"  # noqa: S608
    )
    assert said == "新说法"
    assert name in synonyms


@pytest.mark.parametrize("path", ["account", "project", "none", "../units"])
def test_only_lists_are_lists(desk: Desk, path: str) -> None:
    assert desk.admin.get(f"/admin/lists/{path}").status_code in {404, 308}
    assert desk.send(f"/admin/lists/{path}", name="x").status_code in {404, 405, 308}


def test_districts_are_renamed_and_put_in_order(desk: Desk) -> None:
    first, *_ = desk.rows("select id, version from jiantu.district order by code")
    page = desk.admin.get("/admin/districts").text
    assert page.count("<svg") >= 3
    assert "km²" in page
    key, version = first
    renamed = desk.send(
        f"/admin/districts/{key}", name="新名区", name_en="New District", version=version
    )
    assert renamed.status_code == 303
    stale = desk.send(f"/admin/districts/{key}", name="又一名", version=version)
    assert stale.status_code == 412
    assert (
        'value="又一名"' in stale.text
    )  # what was written stays in the form, beside what stands now
    assert "新名区 / New District" in stale.text
    taken = desk.send(f"/admin/districts/{key}", name="属地1", version=version + 1)
    assert taken.status_code == 422
    assert desk.send(f"/admin/districts/{key}/move", by="1").status_code == 303
    order = desk.rows("select name from jiantu.district order by position, code")
    assert order == [("属地1",), ("新名区",), ("属地2",)]
    assert "名称: 属地0 → 新名区" in desk.admin.get("/admin/districts").text


def test_what_stands_on_the_map_is_told_to_be_read_anew(desk: Desk) -> None:
    number = "select number from jiantu.revision where audience = 'staff' and layer = 'relocations'"
    desk.send("/admin/lists/utility", name="第一种", name_en="", letter="")
    before = desk.rows(number)
    desk.send("/admin/lists/utility", name="第二种", name_en="", letter="")
    assert desk.rows(number) > before


def test_a_unit_that_is_renamed_is_read_anew_on_every_layer_that_names_units(desk: Desk) -> None:
    numbers = "select layer, number from jiantu.revision where audience = 'staff' order by layer"
    desk.send("/admin/units", name="渣土车队", kind="company")
    before = dict(desk.rows(numbers))
    ((key,),) = desk.rows("select id from jiantu.unit where name = '渣土车队'")
    said = {"name": "渣土车队", "short_name": "车队", "kind": "company"}
    assert desk.send("/admin/units", id=str(key), version="1", **said).status_code == 303
    after = dict(desk.rows(numbers))
    for layer in ("sites", "relocations", "diversions", "haul_routes", "control_areas", "events"):
        assert after[layer] > before[layer]


def test_import_reports_are_read_by_the_administrator_and_undone_by_the_command(
    desk: Desk,
) -> None:
    with acting_session(desk.engine, Identity(Role.COMMAND, "command:0")) as session:
        key = session.scalar(
            text(
                """
                insert into jiantu.import_run (mapping, file_name, sha256, actor, day, started_at, finished_at, counts)
                values ('ledger', '台账.xlsx', 'none', 'command:0', '2026-11-23', now(), now(), '{}') returning id
                """
            )
        )
    listed = desk.admin.get("/admin/imports").text
    assert "台账.xlsx" in listed
    assert "指挥部" in listed
    assert "command:0" not in listed
    report = desk.admin.get(f"/intake/runs/{key}")
    assert report.status_code == 200
    assert "/undo" not in report.text
    assert "command:0" not in report.text
    assert desk.send(f"/intake/runs/{key}/undo").status_code == 404


def feature(code: str, name: str, west: float) -> dict[str, Any]:
    """A district of a file: a square of a hundredth of a degree."""
    ring = [[west, 37.4], [west + 0.01, 37.4], [west + 0.01, 37.41], [west, 37.41], [west, 37.4]]
    return {
        "type": "Feature",
        "properties": {"adcode": code, "name": name, "level": "district"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def drop(desk: Desk, *features: dict[str, Any]) -> str:
    """Drop a file on the page of districts; the address of the page that shows what it is."""
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    sent = desk.send("/intake/files", kind="district", file=(BytesIO(content), "区县.geojson"))
    assert sent.status_code == 303, sent.text
    return str(sent.location)


def map_columns(desk: Desk, there: str, page: str) -> str:
    """Say which column is what; where the file is."""
    file = there.partition("?")[0]
    said = {"kind": "district", "format": "geojson", "table": "", "name": "our-districts"}
    said |= {"column-code": "adcode", "column-name": "name", "constant-kind": "county"}
    shape = {"shape-from": "geometry", "shape-crs": "EPSG:4326"}
    found = dict(re.findall(r'name="(shape-[a-z]+|format|table)" value="([^"]*)"', page))
    kept = desk.send(f"{file}/mapping", **(said | shape | found))
    assert kept.status_code == 303, kept.text
    return file


def test_districts_are_replaced_by_a_file_that_is_dropped_on_their_page(desk: Desk) -> None:
    assert 'name="kind" value="district"' in desk.admin.get("/admin/districts").text
    there = drop(desk, feature("37140", "属地0", 116.31), feature("37149", "新区", 116.35))
    assert there.endswith("?kind=district")
    page = desk.admin.get(there).text
    assert page.count('<option value="district"') == 1
    assert '<option value="road"' not in page
    file = map_columns(desk, there, page)
    tried = desk.send(f"{file}/try", mapping="our-districts").text
    assert "试读" in tried or "没有改动" in tried
    before = desk.rows("select st_astext(shape) from jiantu.district where code = '37140'")
    done = desk.send(f"{file}/import", mapping="our-districts")
    assert done.status_code == 303, done.text
    assert desk.admin.get(done.location).status_code == 200
    after = desk.rows("select st_astext(shape), name from jiantu.district where code = '37140'")
    assert after[0][0] != before[0][0]
    assert after[0][0].startswith("MULTIPOLYGON(((116.31 37.4")
    assert desk.rows("select name from jiantu.district where code = '37149'") == [("新区",)]
    assert desk.rows("select count(*) from jiantu.district where code = '37141'") == [(1,)]


def test_an_import_of_districts_is_undone_as_a_whole(desk: Desk) -> None:
    known = "select code, name, st_astext(shape), st_astext(shape_metric) from jiantu.district order by code"
    before = desk.rows(known)
    there = drop(desk, feature("37141", "属地1", 116.33), feature("37148", "撤销区", 116.36))
    file = map_columns(desk, there, desk.admin.get(there).text)
    done = desk.send(f"{file}/import", mapping="our-districts")
    assert done.status_code == 303, done.text
    run = done.location.rpartition("/")[2]
    assert [row[0] for row in desk.rows(known)] == sorted({*(row[0] for row in before), "37148"})
    page = desk.admin.get("/admin/districts").text
    undo = f"/admin/districts/imports/{run}/undo"
    assert f'action="{undo}"' in page
    assert desk.send(undo).location.endswith("undone=1")
    assert desk.rows(known) == before
    page = desk.admin.get("/admin/districts?lang=zh").text
    assert f'action="{undo}"' not in page
    # A second time, and an import of anything else, are refused.
    again = desk.admin.get(desk.send(undo).location).text
    assert "不能撤销" in again
    assert desk.send("/admin/districts/imports/999999/undo").status_code == 404


def test_an_administrator_brings_in_nothing_but_districts(desk: Desk) -> None:
    file = drop(desk, feature("37140", "属地0", 116.31)).partition("?")[0]
    for mapping in ("ledger", "shanghai-roads", "none-such"):
        for act in ("try", "import"):
            refused = desk.send(f"{file}/{act}", mapping=mapping)
            assert refused.status_code in {404, 422}, (mapping, act)
    road = desk.send(f"{file}/mapping", kind="road", name="our-roads")
    assert road.status_code == 422
    assert desk.rows("select count(*) from jiantu.road") == [(0,)]
    for path in ("/intake", "/intake/places", "/intake/mappings/our-districts.toml"):
        assert desk.admin.get(path).status_code == 404


def test_a_sponsor_leader_is_entered_changed_and_offered_to_projects(desk: Desk) -> None:
    assert desk.send("/admin/leaders", name="丁一", post="副市长", rank="3").status_code == 303
    ((key, version),) = desk.rows("select id, version from jiantu.leader where name = '丁一'")
    assert str(key) in desk.offered("leaders")
    again = desk.send("/admin/leaders", name="丁一")
    assert again.status_code == 422
    assert "同样的记录已经有了" in again.text
    said = {"id": key, "version": version, "name": "丁一", "post": "市委常委", "rank": ""}
    assert desk.send("/admin/leaders", **said).status_code == 303
    assert desk.rows("select post, rank from jiantu.leader where name = '丁一'") == [
        ("市委常委", None)
    ]
    stale = desk.send("/admin/leaders", **said | {"post": "另一人写的"})
    assert stale.status_code == 412
    assert "已被他人修改" in stale.text
    assert "市委常委" in desk.admin.get("/admin/leaders").text
