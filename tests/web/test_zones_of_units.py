"""Zones as a unit's people draw them: their own, and nothing of others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.db.street import make_street
from tests.people import sign_in_client
from tests.web.drawing import drawing_at, new_dig, page_form, send, units

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


@pytest.fixture
def heating(asker: FlaskClient, street_url: str) -> FlaskClient:
    """A browser in which somebody of the heating company is signed in."""
    client = asker.application.test_client()
    return sign_in_client(client, street_url, "editor:热力公司")


@pytest.mark.parametrize("kind", ["relocation", "diversion", "event"])
def test_who_writes_for_one_unit_alone_finds_it_chosen(
    heating: FlaskClient, street_url: str, kind: str
) -> None:
    own = units(street_url)["热力公司"]
    page = heating.get(f"/zones/new?kind={kind}").text
    said = json.loads(page.split('id="page">')[1].split("</script>")[0])
    assert said["start"] == {"kind": kind, "unit_id": own}
    site = heating.get("/zones/new?kind=site").text
    assert '"start": {"kind": "site"}' in site


def test_a_unit_draws_moves_and_withdraws_its_own(
    heating: FlaskClient, asker: FlaskClient, street_url: str
) -> None:
    own = units(street_url)["热力公司"]
    mine = new_dig(unit_id=own)
    [pair] = send(heating, "POST", "/api/zones/what-if", json={"draft": mine}).get_json()["pairs"]
    saved = send(heating, "POST", "/api/zones", json=mine).get_json()
    desk = asker.get("/coordination/pairs?lang=zh").text
    assert "新管" in desk
    path = f"/api/zones/{saved['id']}"
    read = heating.get(path).get_json()
    forecast = {"draft": read["draft"], "zone": saved["id"]}
    again = send(heating, "POST", "/api/zones/what-if", json=forecast).get_json()["pairs"]
    assert [one["sentences"] for one in again] == [pair["sentences"]]
    assert again[0]["kept"]
    head = {"If-Match": f'"{read["tag"]}"'}
    wider = {**read["draft"], "note": "加宽", "last_on": "2027-06-30"}
    wider["parts"][0]["width_m"] = 3
    assert send(heating, "PUT", path, json=wider, headers=head).status_code == 200
    stolen = {**wider, "unit_id": units(street_url)["交警支队"]}
    head = {"If-Match": f'"{heating.get(path).get_json()["tag"]}"'}
    refused = send(heating, "PUT", f"{path}?lang=zh", json=stolen, headers=head)
    assert refused.status_code == 422
    assert "只有指挥部办公室可以改动" in refused.get_json()["detail"]
    form = page_form(heating, saved["id"])
    assert heating.post(f"{saved['url']}/withdraw", data=form).status_code == 303


def test_a_unit_declares_a_dig_while_drawing_it_and_neither_reviews_nor_issues_it(
    heating: FlaskClient, asker: FlaskClient, street_url: str
) -> None:
    mine = new_dig(unit_id=units(street_url)["热力公司"])
    for state in ("reviewed", "issued", "supplemented"):
        refused = send(
            heating, "POST", "/api/zones?lang=zh", json={**mine, "dig_plan_state": state}
        )
        assert refused.status_code == 422
        assert "掘路计划的会审、下达和增补由指挥部办公室办理" in refused.get_json()["detail"]
    declared = {**mine, "dig_plan_state": "declared"}
    path = f"/api/zones/{send(heating, 'POST', '/api/zones', json=declared).get_json()['id']}"
    assert 'value="issued"' not in heating.get(f"{path.removeprefix('/api')}/edit").text

    def put(client: FlaskClient, state: str | None) -> int:
        read = client.get(path).get_json()
        head = {"If-Match": f'"{read["tag"]}"'}
        draft = {**read["draft"], "dig_plan_state": state}
        return send(client, "PUT", path, json=draft, headers=head).status_code

    assert put(heating, "issued") == 422
    assert put(heating, None) == 200
    assert put(heating, "declared") == 200
    assert put(asker, "issued") == 200
    assert put(heating, "issued") == 200  # as it stands
    assert put(heating, "declared") == 422
    assert put(heating, None) == 422


def test_a_unit_cannot_draw_for_others_nor_change_theirs(
    heating: FlaskClient, asker: FlaskClient, street_url: str
) -> None:
    police = units(street_url)["交警支队"]
    for wrong, sentence in (
        (new_dig(unit_id=police), "请选择本单位。"),
        (new_dig(), "请选择本单位。"),
        (
            {**new_dig(unit_id=police), "kind": "control_area", "utility": None, "placement": None},
            "管控区由指挥部办公室发布。",
        ),
    ):
        answer = send(heating, "POST", "/api/zones?lang=zh", json=wrong)
        assert answer.status_code == 422
        assert sentence in answer.get_json()["detail"]
    theirs = send(asker, "POST", "/api/zones", json=new_dig(unit_id=police)).get_json()
    read = heating.get(f"/api/zones/{theirs['id']}").get_json()
    head = {"If-Match": f'"{read["tag"]}"'}
    answer = send(
        heating, "PUT", f"/api/zones/{theirs['id']}?lang=zh", json=read["draft"], headers=head
    )
    assert answer.status_code == 422
    assert answer.get_json()["detail"].startswith("这个区域属于其他单位")
    assert "操作" not in heating.get(f"{theirs['url']}?lang=zh").text


def test_a_draft_of_others_is_nowhere_for_a_unit(
    heating: FlaskClient, asker: FlaskClient, street_url: str
) -> None:
    found = units(street_url)
    hidden = send(
        asker,
        "POST",
        "/api/zones",
        json=new_dig(unit_id=found["交警支队"], state="draft", name="秘密"),
    )
    told = hidden.get_json()
    for path in (told["url"], f"/api/zones/{told['id']}", f"{told['url']}/edit"):
        assert heating.get(path).status_code == 404, path
    assert "秘密" not in heating.get("/api/zones/linkable?q=秘密").text
    mine = new_dig(unit_id=found["热力公司"])
    pairs = send(heating, "POST", "/api/zones/what-if", json={"draft": mine}).get_json()["pairs"]
    assert [pair["other"]["name"] for pair in pairs] == ["东风路导改"]
    everything = send(asker, "POST", "/api/zones/what-if", json={"draft": mine}).get_json()["pairs"]
    assert {pair["other"]["name"] for pair in everything} == {"东风路导改", "秘密"}


def test_who_only_reads_gets_no_editor(asker: FlaskClient, street_url: str) -> None:
    for who in ("reader:热力公司", "leader"):
        client = sign_in_client(asker.application.test_client(), street_url, who)
        assert client.get("/zones/new").status_code == 404
        assert client.get("/zones/emergency").status_code == 404


def test_a_unit_that_sends_its_new_zone_twice_has_it_once(
    heating: FlaskClient, street_url: str
) -> None:
    mine = new_dig(unit_id=units(street_url)["热力公司"])
    head = {"Idempotency-Key": "b" * 32}
    first = send(heating, "POST", "/api/zones", json=mine, headers=head).get_json()
    again = send(heating, "POST", "/api/zones", json=mine, headers=head).get_json()
    assert (again["id"], again["tag"]) == (first["id"], first["tag"])
    without = send(heating, "POST", "/api/zones", json=mine).get_json()
    assert without["id"] != first["id"]
