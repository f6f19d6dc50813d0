"""Zones over HTTP: what if, saving under a tag, places, detours, emergencies, and the page of one zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from shapely.geometry import mapping
from sqlalchemy import text

from geo.database.acting import acting_session, make_engine
from tests.conftest import COMMAND
from tests.db.street import STREET, make_street
from tests.web.drawing import drawing_at, new_dig, page_form, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from tests.postgres import Server


@pytest.fixture(scope="module")
def street_url(server: Server) -> str:
    """A street with roads, a closure and a dig."""
    return make_street(server, dug="kl")


@pytest.fixture
def asker(street_url: str) -> Iterator[FlaskClient]:
    """A browser at that street; what it enters is gone afterwards."""
    with drawing_at(street_url) as client:
        yield client


def test_what_if_tells_with_whom_and_saves_nothing(asker: FlaskClient) -> None:
    body = {"draft": new_dig()}
    told = send(asker, "POST", "/api/zones/what-if?lang=zh", json=body).get_json()
    [pair] = told["pairs"]
    assert pair["other"]["name"] == "东风路导改"
    assert pair["other"]["unit"] == "交警支队"
    assert (pair["severity"], pair["first_on"], pair["last_on"], pair["days"]) == (
        "heavy",
        "2027-05-20",
        "2027-05-31",
        12,
    )
    assert pair["sentences"] == ["共有场地200平方米,2027年5月20日至5月31日"]
    assert pair["shape"]["type"] == "Polygon"
    assert "新管" not in asker.get("/coordination/pairs").text


def test_saved_the_pair_is_at_the_desk(asker: FlaskClient) -> None:
    saved = send(asker, "POST", "/api/zones", json=new_dig())
    assert saved.status_code == 201
    assert saved.get_json()["url"] == f"/zones/{saved.get_json()['id']}"
    desk = asker.get("/coordination/pairs?lang=zh").text
    assert "新管" in desk
    assert "东风路导改" in desk


def test_nothing_is_taken_without_the_pages_token(asker: FlaskClient) -> None:
    for path in ("what-if", "periods", "detours", "pieces", "emergencies", ""):
        answer = asker.post(f"/api/zones/{path}".rstrip("/"), json={"draft": new_dig()})
        assert answer.status_code == 400, path


def test_what_is_wrong_comes_back_as_the_same_sentence_before_and_on_saving(
    asker: FlaskClient,
) -> None:
    wrong = new_dig(last_on="2027-05-01")
    before = send(asker, "POST", "/api/zones/what-if?lang=zh", json={"draft": wrong}).get_json()
    after = send(asker, "POST", "/api/zones?lang=zh", json=wrong)
    assert after.status_code == 422
    assert [remark["text"] for remark in before["remarks"]] == [
        remark["text"] for remark in after.get_json()["remarks"]
    ]
    assert after.get_json()["detail"] == "计划结束日2027-05-01早于计划开始日2027-05-20,请改正。"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "tunnel"},
        {"first_on": "soon"},
        {"hours": [{"since": "25:00", "until": "06:00"}]},
        {"parts": [{"role": "footprint"}]},
        {"unit_id": 0},
        {"lanes_open": -1},
    ],
    ids=str,
)
def test_a_document_that_cannot_be_read_is_refused_by_field(
    asker: FlaskClient, wrong: dict[str, Any]
) -> None:
    answer = send(asker, "POST", "/api/zones", json=new_dig(**wrong))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit_id": 999_999}, "unit_id"),
        ({"project_id": 999_999}, "project_id"),
        ({"parent_id": 999_999}, "parent_id"),
        ({"utility": "lava"}, "utility"),
        ({"links": [{"other_id": 999_999, "kind": "belongs"}]}, "links"),
    ],
)
def test_what_refers_to_nothing_is_refused_by_field(
    asker: FlaskClient, wrong: dict[str, Any], field: str
) -> None:
    answer = send(asker, "POST", "/api/zones", json=new_dig(**wrong))
    assert answer.status_code == 422
    assert [remark["field"] for remark in answer.get_json()["remarks"]] == [field]


def test_a_change_needs_the_tag_that_was_seen(asker: FlaskClient) -> None:
    saved = send(asker, "POST", "/api/zones", json=new_dig()).get_json()
    path = f"/api/zones/{saved['id']}"
    read = asker.get(path).get_json()
    assert read["tag"] == saved["tag"]
    later = {**read["draft"], "first_on": "2027-07-01", "last_on": "2027-07-20"}
    assert send(asker, "PUT", path, json=later).status_code == 428
    done = send(asker, "PUT", path, json=later, headers={"If-Match": f'"{saved["tag"]}"'})
    assert done.status_code == 200
    assert "新管" not in asker.get("/coordination/pairs").text

    mine = {**read["draft"], "name": "我的改动"}
    stale = send(
        asker, "PUT", f"{path}?lang=zh", json=mine, headers={"If-Match": f'"{saved["tag"]}"'}
    )
    assert stale.status_code == 412
    told = stale.get_json()
    assert told["detail"].startswith("这个区域在您打开之后已被他人修改")
    assert told["draft"]["first_on"] == "2027-07-01"
    again = send(asker, "PUT", path, json=mine, headers={"If-Match": f'"{told["tag"]}"'})
    assert again.status_code == 200
    assert asker.get(path).get_json()["draft"]["name"] == "我的改动"


def test_only_a_reshaping_makes_another_tag_too(asker: FlaskClient) -> None:
    saved = send(asker, "POST", "/api/zones", json=new_dig()).get_json()
    path = f"/api/zones/{saved['id']}"
    same = asker.get(path).get_json()["draft"]
    head = {"If-Match": f'"{saved["tag"]}"'}
    unchanged = send(asker, "PUT", path, json=same, headers=head).get_json()
    assert unchanged["tag"] == saved["tag"]
    same["parts"][0]["width_m"] = 3
    wider = send(asker, "PUT", path, json=same, headers=head).get_json()
    assert wider["tag"] != saved["tag"]


def test_free_periods_are_offered_before_and_after(asker: FlaskClient) -> None:
    told = send(asker, "POST", "/api/zones/periods", json={"draft": new_dig()}).get_json()
    assert told["needed"]
    assert told["later"] == {"first_on": "2027-06-11", "last_on": "2027-07-02", "days": 22}


def test_words_become_places(asker: FlaskClient) -> None:
    told = asker.get("/api/zones/places?q=东风路全线").get_json()
    assert told["places"][0]["geometry"]["type"] in {"LineString", "MultiLineString"}
    assert told["places"][0]["how"]
    assert asker.get("/api/zones/places?q=没有这条路的").get_json() == {"places": []}


def test_a_detour_follows_the_roads_round_the_closure(asker: FlaskClient) -> None:
    closed = [{"geometry": mapping(STREET.line("bc")), "width_m": 8}]
    stops = [list(STREET.spot(letter).coords[0]) for letter in "ad"]
    body = {"stops": stops, "mode": "motor", "closed": closed}
    told = send(asker, "POST", "/api/zones/detours", json=body).get_json()
    assert told["length_m"] == pytest.approx(22.4 + 390 + 20 + 100, abs=1)
    assert told["roads"] == ["建设路", "和平路", "湖滨路", "东风路"]
    straight = send(asker, "POST", "/api/zones/detours", json={**body, "closed": []}).get_json()
    assert straight["length_m"] == pytest.approx(300, abs=1)
    nowhere = [stops[0], [116.8, 37.7]]
    lost = send(asker, "POST", "/api/zones/detours", json={**body, "stops": nowhere})
    assert lost.status_code == 404
    assert (
        "Put the stops on roads" in lost.get_json()["detail"] or "道路" in lost.get_json()["detail"]
    )


def test_a_shape_is_split_along_a_line(asker: FlaskClient) -> None:
    shape = mapping(STREET.area("abgf"))
    across = {"type": "LineString", "coordinates": list(STREET.line("ka").coords)}
    uncut = send(asker, "POST", "/api/zones/pieces", json={"geometry": shape, "line": across})
    assert uncut.status_code == 422
    middle = STREET.line("lb", (-50.0, 0.0))
    longer = [(x + (x - middle.centroid.x), y + (y - middle.centroid.y)) for x, y in middle.coords]
    line = {"type": "LineString", "coordinates": longer}
    cut = send(asker, "POST", "/api/zones/pieces", json={"geometry": shape, "line": line})
    assert len(cut.get_json()["pieces"]) == 2


def test_an_emergency_is_a_dig_with_the_road_it_takes(asker: FlaskClient, street_url: str) -> None:
    lon, lat = STREET.spot("c", (10.0, 2.0)).coords[0]
    body = {"lon": lon, "lat": lat, "utility": "water", "taken": ["half"], "hours": 30}
    saved = send(asker, "POST", "/api/zones/emergencies", json=body)
    assert saved.status_code == 201
    told = saved.get_json()
    assert told["road"] == "东风路"
    draft = asker.get(f"/api/zones/{told['closure']}").get_json()["draft"]
    assert draft["emergency"]
    assert (draft["actual_start_on"], draft["last_on"]) == ("2026-11-23", "2026-11-24")
    assert (draft["taken"], draft["side"]) == (["half"], "north")
    assert draft["links"] == [{"other_id": told["id"], "kind": "made_for", "due_on": None}]
    page = asker.get(f"/zones/{told['id']}?lang=zh").text
    assert "抢修" in page
    engine = make_engine(street_url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        watch = session.execute(
            text(
                "select lower(days)::text from jiantu.watch where zone_id = :zone and code = 'unapproved'"
            ),
            {"zone": told["closure"]},
        ).scalar_one()
    engine.dispose()
    assert watch == "2026-11-24"


def test_what_is_sent_again_because_its_answer_was_lost_is_kept_once(asker: FlaskClient) -> None:
    lon, lat = STREET.spot("c", (10.0, 2.0)).coords[0]
    body = {"lon": lon, "lat": lat, "utility": "water", "taken": ["half"], "hours": 30}
    head = {"Idempotency-Key": "a" * 32}
    first = send(asker, "POST", "/api/zones/emergencies", json=body, headers=head).get_json()
    again = send(asker, "POST", "/api/zones/emergencies", json=body, headers=head)
    assert again.status_code == 201
    told = again.get_json()
    assert (told["id"], told["closure"]) == (first["id"], first["closure"])
    other = send(
        asker, "POST", "/api/zones/emergencies", json={**body, "hours": 31}, headers=head
    ).get_json()
    assert other["id"] not in {first["id"], first["closure"]}


def test_an_emergency_of_no_hours_is_refused(asker: FlaskClient) -> None:
    lon, lat = STREET.spot("c").coords[0]
    body = {"lon": lon, "lat": lat, "utility": "water", "hours": 0}
    answer = send(asker, "POST", "/api/zones/emergencies?lang=zh", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["detail"] == "预计时长须在1到336小时之间。"


def test_the_page_of_a_zone_tells_facts_pairs_and_links(asker: FlaskClient) -> None:
    other = asker.get("/api/zones/linkable?q=热力").get_json()["zones"][0]
    link = {"other_id": other["id"], "kind": "before", "due_on": "2027-06-01"}
    saved = send(asker, "POST", "/api/zones", json=new_dig(links=[link])).get_json()
    page = asker.get(f"{saved['url']}?lang=zh").text
    for words in (
        "新管",
        "GX-2026-0001",
        "东风路导改",
        "共有场地200平方米",
        "须先于其完成",
        "热力管",
        "6月1日前",
        'href="/roads/',
        'href="/coordination/cases/',
    ):
        assert words in page
    theirs = asker.get(f"/zones/{other['id']}?lang=zh").text
    assert "须先于本区域完成" in theirs


def test_a_zone_is_withdrawn_and_its_pair_is_gone(asker: FlaskClient) -> None:
    saved = send(asker, "POST", "/api/zones", json=new_dig()).get_json()
    form = page_form(asker, saved["id"])
    assert asker.post(f"{saved['url']}/withdraw", data=form).status_code == 303
    assert "新管" not in asker.get("/coordination/pairs").text
    assert (
        "已撤回" in asker.get(f"{saved['url']}?lang=zh").text
        or "撤回" in asker.get(f"{saved['url']}?lang=zh").text
    )
    again = asker.post(f"{saved['url']}/withdraw?lang=zh", data=form)
    assert again.status_code == 422
    assert "已被他人修改" in again.text


def test_a_zone_is_done_on_a_day_that_has_come(asker: FlaskClient) -> None:
    saved = send(asker, "POST", "/api/zones", json=new_dig(first_on="2026-11-01")).get_json()
    form = page_form(asker, saved["id"])
    for wrong, sentence in (
        ("2026-12-01", "完成日2026-12-01还没有到"),
        ("bald", "“bald”不是日期"),
    ):
        answer = asker.post(f"{saved['url']}/finish?lang=zh", data={**form, "finished_on": wrong})
        assert answer.status_code == 422
        assert sentence in answer.text
    done = asker.post(f"{saved['url']}/finish", data={**form, "finished_on": "2026-11-20"})
    assert done.status_code == 303
    draft = asker.get(f"/api/zones/{saved['id']}").get_json()["draft"]
    assert (draft["state"], draft["actual_finish_on"]) == ("finished", "2026-11-20")


def test_a_zone_that_is_not_there_is_not_found(asker: FlaskClient) -> None:
    for path in (
        "/zones/999999",
        "/zones/999999/edit",
        "/api/zones/999999",
        "/zones/new?parent=99999",
    ):
        assert asker.get(path).status_code == 404, path


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/zones/new", "/zones/new?kind=diversion", "/zones/emergency"])
def test_the_editor_and_the_emergency_form_open(asker: FlaskClient, path: str, lang: str) -> None:
    mark = "&" if "?" in path else "?"
    assert asker.get(f"{path}{mark}lang={lang}").status_code == 200


def test_a_phase_takes_over_what_it_shares_with_its_work(asker: FlaskClient) -> None:
    saved = send(asker, "POST", "/api/zones", json=new_dig()).get_json()
    page = asker.get(f"/zones/new?kind=relocation&parent={saved['id']}").text
    assert f'"parent_id": {saved["id"]}' in page or f'"parent_id":{saved["id"]}' in page
    phase = new_dig("cd", parent_id=saved["id"], first_on="2027-07-01", last_on="2027-07-09")
    told = send(asker, "POST", "/api/zones?lang=zh", json=phase).get_json()
    assert "超出了整个工程的工期" in told["remarks"][0]["text"]
    assert "本工程的阶段" in asker.get(f"{saved['url']}?lang=zh").text
