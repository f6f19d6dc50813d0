"""What is announced to everybody: outages and the map's setting, by the command, seen in the street, undone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app import create_app
from app.database import Database
from app.wiring import EXTENSION
from geo.changes.batches import take_batch
from geo.database.acting import acting_session, make_engine
from geo.records import Batch, UnitRecord
from tests.clock import NOW, TODAY
from tests.conftest import COMMAND
from tests.db.street import dig
from tests.factories import project, report, site
from tests.people import settings_of, sign_in_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.postgres import Server

PATH = "/releases/announcements"
HEAT = "测试热力公司"
OUTAGE = {
    "zone": "H1",
    "starts_at": f"{TODAY + timedelta(days=2)}T08:00",
    "ends_at": f"{TODAY + timedelta(days=2)}T17:30",
    "area": "东风路沿线三个小区",
    "released": "1",
}


class Office:
    """A city with a work on lines and a public project, the command office, an administrator, and the street."""

    def __init__(self, owner_url: str) -> None:
        self.url = owner_url.replace("//jiantu@", "//jiantu_staff@")
        public = owner_url.replace("//jiantu@", "//jiantu_public@")
        settings = settings_of(self.url, public_database_url=public, public_limit_ms=60_000)
        self.database = Database(self.url)
        self.app = create_app(settings, self.database, lambda: NOW)
        self.command = sign_in_client(self.app.test_client(), self.url, "command")
        self.admin = sign_in_client(self.app.test_client(), self.url, "admin")
        self.street = self.app.test_client()

    def send(self, path: str, /, who: Any = None, **said: Any) -> TestResponse:
        client = who or self.command
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
        assert token
        return client.post(f"{PATH}/{path}", data={"csrf_token": token[1], **said})

    def take_back(self, sent: TestResponse) -> TestResponse:
        """Press what the bar after a save offers."""
        page = self.command.get(sent.location).text
        bar = page[page.index(f'action="{PATH}/undo"') :]
        said = dict(re.findall(r'name="(\w+)" value="([^"]*)"', bar[: bar.index("</form>")]))
        return self.command.post(f"{PATH}/undo", data=said)

    def told(self) -> str:
        """What the street reads on the list."""
        return self.street.get("/list?lang=zh").text

    def close(self) -> None:
        self.database.close()
        self.app.extensions[EXTENSION].public.close()


@pytest.fixture(scope="module")
def office(server: Server) -> Iterator[Office]:
    url = server.make_database("dezhou")
    batch = Batch(
        units=[UnitRecord(HEAT, "utility", utility="heat")],
        projects=[project("P1", public=True)],
        zones=[
            site("P1"),
            dig("H1", "ab", f"{TODAY}..{TODAY + timedelta(days=9)}", unit=HEAT, utility="heat"),
        ],
        reports=[report("P1")],
    )
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, batch, TODAY)
    engine.dispose()
    office = Office(url)
    yield office
    office.close()
    server.drop_database(url)


def test_an_outage_is_told_changed_taken_away_and_each_is_undone(office: Office) -> None:
    assert OUTAGE["area"] not in office.told()
    made = office.send("outages", **OUTAGE)
    assert made.status_code == 303
    assert OUTAGE["area"] in office.told()
    assert "08:00" in office.told()
    row = re.search(r"announced_outage\.(\d+)\.1", made.location)
    assert row
    mine = OUTAGE | {"id": row[1], "ends_at": OUTAGE["ends_at"].replace("17:30", "19:45")}
    assert office.send("outages", **mine).status_code == 428
    changed = office.send("outages", **mine, version="1")
    assert changed.status_code == 303
    assert "19:45" in office.told()
    late = office.send("outages?lang=zh", **(mine | {"area": "另一处"}), version="1")
    assert late.status_code == 412
    assert "已被他人修改" in late.text
    assert 'value="另一处"' in late.text
    assert office.take_back(changed).status_code == 303
    assert "19:45" not in office.told()
    gone = office.send("outages", id=row[1], gone="1", version="3")
    assert OUTAGE["area"] not in office.told()
    assert office.take_back(gone).status_code == 303
    assert OUTAGE["area"] in office.told()
    hidden = {name: words for name, words in mine.items() if name != "released"}
    office.send("outages", **hidden, version="5")
    assert OUTAGE["area"] not in office.told()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"zone": ""}, "请填写管线工程的编号"),
        ({"zone": "X9"}, "没有编号为“X9”的工程"),
        ({"starts_at": "soon"}, "请填写停供的开始和结束时间"),
        ({"ends_at": OUTAGE["starts_at"]}, "停供结束时间应晚于开始时间"),
        ({"area": " "}, "请写明停供范围"),
    ],
)
def test_what_says_no_outage_is_told_and_stays_in_the_form(
    office: Office, said: dict[str, str], words: str
) -> None:
    refused = office.send("outages?lang=zh", **(OUTAGE | {"area_en": "East Road"} | said))
    assert refused.status_code == 422
    assert words in refused.text
    assert 'value="East Road"' in refused.text


def test_lamps_are_shown_to_everybody_and_hidden_again(office: Office) -> None:
    page = office.command.get(f"{PATH}?lang=zh").text
    assert "公众看到的是各项目的阶段" in page
    shown = office.send("setting", lamp_shown="1", notice_days="9", version="1")
    assert shown.status_code == 303
    assert "9天" in office.command.get(f"{PATH}?lang=zh").text
    assert office.send("setting", notice_days="3", version="1").status_code == 412
    assert office.send("setting", notice_days="3").status_code == 428
    assert office.send("setting", notice_days="99", version="2").status_code == 422
    assert office.take_back(shown).status_code == 303
    assert "公众看到的是各项目的阶段" in office.command.get(f"{PATH}?lang=zh").text


def test_an_administrator_looks_and_does_not_announce(office: Office) -> None:
    page = office.admin.get(PATH).text
    assert f'action="{PATH}/outages"' not in page
    assert office.send("outages", office.admin, **OUTAGE).status_code == 404
    assert office.send("setting", office.admin, notice_days="9", version="1").status_code == 404
