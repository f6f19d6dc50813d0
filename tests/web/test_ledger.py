"""The ledger's pages: forms filled in and sent, what is refused, what two people write at once, what is sent twice."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from zipfile import ZipFile

import pytest
from PIL import Image

from geo.forms import FORMS
from tests.ledgers import REPORT, Ledger, photo, plain, read_form, send

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_what_is_kept_of_the_map_is_made_again_as_soon_as_something_is_written(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    def shown() -> tuple[Any, str, str]:
        board = clerk.get("/api/map/packed/lamps").get_json()
        projects = clerk.get("/api/map/packed/projects?lang=zh").text
        return board["open_blockers"], projects, clerk.get("/command").text

    before, projects, page = shown()
    assert shown()[:2] == (before, projects)
    assert send(clerk, "/ledger/P1/blocker/new", cause="land", text="征地未完成").status_code == 303
    ledger.ask(
        "update jiantu.project set name = '改了的名字', version = version + 1 where code = 'P1' returning id"
    )
    now, listed, said = shown()
    assert now == before + 1
    assert "改了的名字" in listed
    assert "改了的名字" not in projects
    assert said != page


def test_a_report_sent_from_the_form_turns_the_lamp(clerk: FlaskClient, ledger: Ledger) -> None:
    before = ledger.lamp()
    sent = send(clerk, REPORT, percent="1", narrative="围挡完成")
    assert sent.status_code == 303
    assert "saved=progress_report." in sent.location
    assert (before, ledger.lamp()) == ("green", "red")
    page = clerk.get(sent.location).text
    assert 'data-lamp="red"' in page
    assert "围挡完成" in page
    assert "已保存" in page


def test_the_form_begins_with_what_was_reported_last(clerk: FlaskClient) -> None:
    fields = read_form(clerk.get(REPORT).text)
    assert fields["percent"] == "40"
    assert fields["narrative"] == ""
    assert (fields["first_on"], fields["last_on"]) == ("2026-11-23", "2026-11-29")
    correcting = read_form(clerk.get(f"{REPORT}?first_on=2026-11-18").text)
    assert correcting["first_on"] == "2026-11-16"
    assert correcting["narrative"] == "主体施工"


def test_money_is_written_in_ten_thousands_and_kept_in_yuan(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    send(clerk, REPORT, percent="41", invested_to_date_yuan="1,234.5678")
    kept = ledger.ask(
        "select invested_to_date_yuan from jiantu.progress_report order by id desc limit 1"
    )
    assert kept == [(12_345_678,)]
    assert read_form(clerk.get(REPORT).text)["invested_to_date_yuan"] == "1234.5678"


def test_what_is_wrong_is_told_beside_the_field_and_nothing_typed_is_lost(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    sent = send(clerk, REPORT, percent="一百", narrative="写了很多 <b>", next_step="继续")
    assert sent.status_code == 422
    fields = read_form(sent.text)
    assert (fields["percent"], fields["narrative"]) == ("一百", "写了很多 &lt;b&gt;")
    assert "“完成进度(%)”应填数字,例如 35.5;“一百”不是数字。" in sent.text
    assert ledger.ask(
        "select count(*) from jiantu.progress_report where narrative like '写了%'"
    ) == [(0,)]


def enter_districts(ledger: Ledger, *names: str) -> list[int]:
    """Districts entered beside those there are; their ids."""
    return [
        ledger.ask(
            "insert into jiantu.district (code, name, kind) values (:code, :name, 'county') returning id",
            code=f"D{place}",
            name=name,
        )[0][0]
        for place, name in enumerate(names)
    ]


def lies_in(ledger: Ledger, code: str = "P1") -> set[str]:
    rows = ledger.ask(
        "select d.name from jiantu.project_district pd join jiantu.district d on d.id = pd.district_id"
        " join jiantu.project j on j.id = pd.project_id where j.code = :code",
        code=code,
    )
    return {name for (name,) in rows}


def test_the_command_says_who_leads_who_sponsors_of_what_bundle_and_in_which_districts(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    first, second, _ = enter_districts(ledger, "东城区", "西城区", "南城区")
    leader = ledger.ask(
        "insert into jiantu.leader (name, post) values ('丁一', '副市长') returning id"
    )[0][0]
    unit = ledger.ask(
        "insert into jiantu.unit (name, kind) values ('交投集团', 'platform') returning id"
    )[0][0]
    bundle = ledger.ask("select id from jiantu.project where code = 'P2'")[0][0]
    said = {
        "lead_unit_id": str(unit),
        "sponsor_leader_id": str(leader),
        "parent_id": str(bundle),
        f"district_{first}": "1",
        f"district_{second}": "1",
    }
    saved = send(clerk, "/ledger/P1/facts", **said)
    assert saved.status_code == 303
    kept = ledger.ask(
        "select lead_unit_id, sponsor_leader_id, parent_id from jiantu.project where code = 'P1'"
    )
    assert kept == [(unit, leader, bundle)]
    assert lies_in(ledger) == {"东城区", "西城区"}
    page = plain(clerk.get("/ledger/P1").text)
    for words in ("交投集团", "丁一", "P2 测试项目P2", "东城区、西城区"):
        assert words in page
    assert "东城区" in plain(clerk.get("/history/of/P1").text)
    own = ledger.ask("select id from jiantu.project where code = 'P1'")[0][0]
    fields = read_form(clerk.get("/ledger/P2/facts").text)
    nested = clerk.post("/ledger/P2/facts", data=fields | {"parent_id": str(own)})
    assert nested.status_code == 422


def test_two_who_tick_different_districts_do_not_undo_one_another(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    first, second, third = enter_districts(ledger, "东城区", "西城区", "南城区")
    send(clerk, "/ledger/P1/facts", **{f"district_{first}": "1"})
    mine = read_form(clerk.get("/ledger/P1/facts").text)
    assert mine[f"district_{first}"] == "1"
    send(clerk, "/ledger/P1/facts", **{f"district_{second}": "1"})
    del mine[f"district_{first}"]
    saved = clerk.post("/ledger/P1/facts", data=mine | {f"district_{third}": "1"})
    assert saved.status_code == 303
    assert lies_in(ledger) == {"西城区", "南城区"}


def test_in_a_clash_districts_are_chosen_like_any_other_field(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    first, second = enter_districts(ledger, "东城区", "西城区")
    mine = read_form(clerk.get("/ledger/P1/facts").text) | {f"district_{first}": "1"}
    send(clerk, "/ledger/P1/facts", manager="王工", **{f"district_{second}": "1"})
    stale = clerk.post("/ledger/P1/facts", data=mine | {"manager": "李工"})
    assert stale.status_code == 412
    assert "东城区" in stale.text
    assert "西城区" in stale.text
    settled = clerk.post("/ledger/P1/facts", data=read_choices(stale.text) | {"all": "theirs"})
    assert settled.status_code == 303
    assert lies_in(ledger) == {"西城区"}


def read_choices(page: str) -> dict[str, str]:
    """The hidden fields of the page that sets two versions side by side."""
    form = page[page.index('<form class="ledger-form conflict-form"') :]
    return dict(
        re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', form[: form.index("</form>")])
    )


def test_a_years_investment_is_planned_by_a_change_of_plan(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    path = "/ledger/P1/plan/new"
    fields = read_form(clerk.get(path).text)
    assert fields["investment_year"] == "2026"
    said = {"document": "德建9号", "in_force_from": "2026-11-20", "investment_yuan": "1200"}
    refused = clerk.post(path, data=fields | said | {"investment_year": ""})
    assert refused.status_code == 422
    assert send(clerk, path, **said).status_code == 303
    kept = ledger.ask(
        "select y.year, y.investment_yuan from jiantu.plan_year y join jiantu.plan_version v"
        " on v.id = y.plan_version_id where v.number = 1"
    )
    assert kept == [(2026, 12_000_000)]


def test_the_lead_unit_stands_as_responsible_until_another_is_chosen(
    unit_clerk: FlaskClient, ledger: Ledger
) -> None:
    lead = ledger.ask("select lead_unit_id from jiantu.project where code = 'P1'")[0][0]
    fields = read_form(unit_clerk.get("/ledger/P1/blocker/new").text)
    assert (fields["responsible_unit_id"], fields["awaited_unit_id"]) == (str(lead), "")


def test_a_change_of_plan_needs_its_document(clerk: FlaskClient, ledger: Ledger) -> None:
    path = "/ledger/P1/plan/new"
    refused = send(clerk, path, finish_on="2028-06-30", in_force_from="2026-11-20")
    assert refused.status_code == 422
    assert "请填写“调整文号”。" in refused.text
    assert (
        send(
            clerk, path, document="德建7号", finish_on="2028-06-30", in_force_from="2026-11-20"
        ).status_code
        == 303
    )
    kept = ledger.ask("select max(number) from jiantu.plan_version")
    assert kept == [(1,)]


def test_a_milestone_outside_the_plan_is_refused_in_a_sentence(clerk: FlaskClient) -> None:
    refused = send(
        clerk,
        "/ledger/P1/plan/new",
        document="德建7号",
        in_force_from="2026-11-20",
        milestone="通车",
        milestone_due_on="2031-01-01",
    )
    assert refused.status_code == 422
    assert "节点“通车”不在计划工期" in refused.text


@pytest.mark.parametrize(
    "path",
    [
        *("/ledger/none", "/ledger/none/progress", "/ledger/P1/nothing", "/ledger/P1/blocker"),
        *("/ledger/P1/facts/new", "/ledger/P1/facts/1", "/ledger/P1/blocker/999999"),
        *("/history/nothing/1", "/history/project/99999999", "/history/of/none"),
        *("/ledger/files/1", "/ledger/files/1/thumbnail", "/ledger/files/99999999999999999999"),
    ],
)
def test_what_is_not_there_is_a_404(clerk: FlaskClient, path: str) -> None:
    assert clerk.get(path).status_code == 404


def test_a_record_of_another_project_is_not_found_under_this_one(
    clerk: FlaskClient, ledger: Ledger
) -> None:
    other = ledger.ask(
        "select b.id from jiantu.blocker b join jiantu.project j on j.id = b.project_id where j.code = 'P2'"
    )[0][0]
    assert clerk.get(f"/ledger/P1/blocker/{other}").status_code == 404
    assert clerk.get(f"/ledger/P2/blocker/{other}").status_code == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_opens_in_both_languages(clerk: FlaskClient, ledger: Ledger, lang: str) -> None:
    row = ledger.ask(
        "select b.id from jiantu.blocker b join jiantu.project j on j.id = b.project_id where j.code = 'P1'"
    )[0][0]
    milestone = ledger.ask(
        "select m.id from jiantu.milestone m join jiantu.plan_version v on v.id = m.plan_version_id"
        " join jiantu.project j on j.id = v.project_id where j.code = 'P1'"
    )[0][0]
    paths = {
        "new_project": "../projects/new",
        "progress": "progress",
        **{name: name for name in ("facts", "begin", "finish", "standing", "registered")},
        **{
            name: f"{name}/new"
            for name in (
                *("blocker", "procedure", "suspension", "funding", "land", "plan"),
                *("objection", "ruling"),
            )
        },
        "resolve": f"resolve/{row}",
        "reach": f"reach/{milestone}",
    }
    assert set(paths) == set(FORMS)
    for name, path in paths.items():
        page = clerk.get(urljoin("/ledger/P1/", path), query_string={"lang": lang})
        assert page.status_code == 200
        for field in FORMS[name].fields:
            if field.name != "site_id":
                label = field.label.en if lang == "en" else field.label.zh
                assert label in unescape(page.text), (name, field.name)


def test_a_photo_is_kept_without_what_the_camera_wrote(clerk: FlaskClient, ledger: Ledger) -> None:
    fields = read_form(clerk.get(REPORT).text) | {"percent": "41"}
    sent = photo(size=(3000, 1500), orientation=6)
    assert b"TELLTALE" in sent
    data = {**fields, "photos": [(BytesIO(sent), "现场.jpg")]}
    assert clerk.post(REPORT, data=data).status_code == 303
    attachment, taken_on, released = ledger.ask(
        "select id, taken_on, released from jiantu.attachment"
    )[0]
    assert (str(taken_on), released) == ("2026-11-22", False)
    got = clerk.get(f"/ledger/files/{attachment}")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == "private, no-store"
    assert got.mimetype == "image/jpeg"
    assert b"TELLTALE" not in got.data
    assert b"Exif" not in got.data
    with Image.open(BytesIO(got.data)) as kept:
        assert kept.size == (1000, 2000)
    with Image.open(BytesIO(clerk.get(f"/ledger/files/{attachment}/thumbnail").data)) as small:
        assert max(small.size) == 400
    place = ledger.ask("select longitude, latitude from jiantu.photo")[0]
    assert place == pytest.approx((116.301, 37.451), abs=1e-6)


def test_a_photo_from_far_away_is_pointed_out(clerk: FlaskClient) -> None:
    fields = read_form(clerk.get(REPORT).text) | {"percent": "41"}
    far = photo(place=(116.401, 37.451))
    sent = clerk.post(
        REPORT, data={**fields, "photos": [(BytesIO(far), "a.jpg"), (BytesIO(photo()), "b.jpg")]}
    )
    page = plain(clerk.get(sent.location).text)
    assert re.search(r"拍摄处距点位8\.\d公里", page)
    assert page.count("拍摄处距点位") == 1


def test_a_file_that_is_no_photo_stops_the_whole_report(clerk: FlaskClient, ledger: Ledger) -> None:
    fields = read_form(clerk.get(REPORT).text) | {"percent": "41"}
    bad = BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    refused = clerk.post(
        REPORT, data={**fields, "photos": [(BytesIO(photo()), "a.jpg"), (bad, "b.jpg")]}
    )
    assert refused.status_code == 422
    assert "“b.jpg”不是照片" in refused.text
    assert ledger.ask("select count(*) from jiantu.attachment") == [(0,)]
    assert ledger.ask("select count(*) from jiantu.progress_report where percent = 41") == [(0,)]


def test_the_list_puts_what_is_due_first(clerk: FlaskClient) -> None:
    page = clerk.get("/ledger").text
    assert page.count('class="button"') == 2
    send(clerk, REPORT, percent="41")
    page = clerk.get("/ledger").text
    assert page.count('class="button"') == 1
    assert page.index("测试项目P2") < page.index("测试项目P1")


def test_a_forged_form_changes_nothing(clerk: FlaskClient, ledger: Ledger) -> None:
    fields = read_form(clerk.get("/ledger/P1/facts").text) | {"manager": "王工", "csrf_token": "x"}
    assert clerk.post("/ledger/P1/facts", data=fields).status_code == 400
    assert ledger.ask("select manager from jiantu.project where code = 'P1'") == [(None,)]


def test_the_whole_file_of_a_project_holds_records_history_photos_and_a_page(
    unit_clerk: FlaskClient,
) -> None:
    fields = read_form(unit_clerk.get(REPORT).text) | {"percent": "41", "narrative": "=1+1"}
    unit_clerk.post(REPORT, data={**fields, "photos": [(BytesIO(photo()), "现场.jpg")]})
    send(unit_clerk, "/ledger/P1/facts", manager="<b>王工")
    answer = unit_clerk.get("/history/of/P1/file.zip")
    assert answer.headers["Content-Disposition"] == "attachment; filename=P1.zip"
    content = answer.data
    answer.close()
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        records = json.loads(archive.read("records.json"))
        history = json.loads(archive.read("history.json"))
        table = archive.read("records/progress_report.csv").decode("utf-8-sig")
        page = archive.read("index.html").decode()
        pictures = [name for name in archive.namelist() if name.startswith("files/")]
        assert archive.read(pictures[0]).startswith(b"\xff\xd8")
    assert {row["code"] for row in records["project"]} == {"P1"}
    assert records["zone_part"][0]["shape"]["type"] == "Polygon"
    assert [one["op"] for one in history if one["kind"] == "project"] == ["U", "I"]
    assert "'=1+1" in table
    assert "&lt;b&gt;王工" in page
    assert "<b>王工" not in page
    assert len(pictures) == 1


def test_the_photo_fields_ask_a_phone_for_what_is_taken_so_that_it_converts_by_itself(
    clerk: FlaskClient,
) -> None:
    page = clerk.get("/ledger/P1/progress").text
    fields = re.findall(r'<input type="file"[^>]*accept="([^"]*)"', page)
    assert len(fields) == 2
    for accepted in fields:
        assert set(accepted.split(",")) <= {"image/jpeg", "image/png", "image/webp"}
