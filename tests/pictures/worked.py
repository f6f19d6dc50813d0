"""Cities in which people have been at work: a case talked over and watched, a file dropped, sheets handed in."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.changes.accounts import get_account_id
from geo.changes.case_messages import Proposal, Said, Speaker, answer_case, propose_days
from geo.changes.intake_desk import keep_intake_file
from geo.changes.passwords import make_link
from geo.changes.subscriptions import Place, Watcher, Ways, watch_place
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.exporters.collection.workbook import sheet_file_name
from geo.importers.collection.receiving import receive_file
from geo.model.answers import Answer
from geo.model.units import Unit
from geo.queries.cases import CaseFilter, find_cases
from geo.records import ZoneRecord
from tests.clock import NOW, TODAY
from tests.collecting import COMMAND, few_units, fill_round, make_city
from tests.db.street import closure, dig, street, take
from tests.people import ensure_account, person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.postgres import Server

HEAT, POLICE = "热力公司", "交警支队"
FAULTS = 12
SOON = "2026-12-01..2026-12-31"
SPRING = "2027-04-01..2027-04-30"


def make_worked(server: Server) -> tuple[str, dict[str, str]]:
    """A street on which units talk, watch and plan; its address, and what stands in the paths of its pages."""
    owner_url = server.make_database("dezhou")
    url = owner_url.replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take(session, [], [street("A", "ae", name="东风路"), street("B", "ko", name="新华路")])
        watch_place(session, Watcher(None), Place("东风路", road="东风路"), Ways(email="a@b.cn"))
        take(session, _works())
        _talk(session)
        key = keep_intake_file(session, "管线迁改.geojson", _digs(), "test:command", NOW)
    ensure_account(url, "admin")
    with acting_session(engine, Identity(Role.ADMIN, "test:admin")) as session:
        admin = get_account_id(session, person("admin").name)
        link = make_link(session, admin, "test", NOW)
    engine.dispose()
    return owner_url, {"file": str(key), "link": link}


def make_round(server: Server) -> tuple[str, dict[str, str]]:
    """A round of sheets, some of them faulty; its address, and what stands in the paths of its pages."""
    url = make_city(server, few_units())
    engine = make_engine(url, pool_size=1)
    made = fill_round(engine, 20261123, FAULTS)
    with acting_session(engine, COMMAND) as session:
        received = [
            receive_file(
                session, made.id, sheet_file_name(made.facts, unit), content, "test:command", NOW
            )
            for unit, content in list(made.files.items())[:-1]
        ]
        receive_file(session, made.id, "会议通知.docx", b"no sheet at all", "test:command", NOW)
    engine.dispose()
    return url.replace("//jiantu_staff@", "//jiantu@"), {
        "round": str(made.id),
        "sheet": str(received[0].sheet_id),
    }


def _works() -> list[ZoneRecord]:
    return [
        dig("GS-1", "ab", SOON, name="东风路供水迁改", unit="供水公司"),
        dig("RL-1", "ab", SOON, name="东风路供热迁改", unit=HEAT, utility="heat"),
        closure("DX-1", "ad", SOON, name="东风路导改", unit=POLICE),
        dig("GR-1", "kl", SPRING, name="新华路供热管沟", unit=HEAT, utility="heat", dig_plan_state="declared"),
        dig("RQ-1", "kl", SPRING, name="新华路燃气管沟", unit="燃气公司", utility="gas", dig_plan_state="declared"),
        ZoneRecord("relocation", "W-1", name="只有文字的迁改", location_text="东风路旁"),
    ]  # fmt: skip


def _talk(session: Session) -> None:
    """One unit is affected, another agrees and proposes other days."""
    case = find_cases(session, CaseFilter(), TODAY).cases[0]
    unit = dict(session.execute(select(Unit.name, Unit.id)).tuples().all())
    work = next(s.id for pair in case.pairs for s in pair.sides if s.unit_id == unit[HEAT])
    heat = Speaker(unit[HEAT], NOW - timedelta(days=2), "示例戊")
    police = Speaker(unit[POLICE], NOW - timedelta(days=1), "示例己")
    answer_case(session, case.id, heat, Answer.AFFECTED, Said("导改压占管沟,无法开挖"))
    answer_case(session, case.id, police, Answer.AGREED, Said("半幅放行"))
    proposal = Proposal(work, date(2027, 1, 5), date(2027, 1, 25), "避开导改")
    propose_days(session, case.id, police, proposal)


def _digs() -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {
                "工程编号": f"GS-1{number}",
                "工程名称": f"供热迁改{number}",
                "产权单位": HEAT,
                "计划开工": "2026-12-01",
                "计划完工": "不知道" if number == 4 else "2027-03-01",
            },
            "geometry": {
                "type": "LineString",
                "coordinates": [[116.3 + number / 500, 37.45], [116.301 + number / 500, 37.452]],
            },
        }
        for number in range(5)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()
