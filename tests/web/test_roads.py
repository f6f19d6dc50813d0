"""What is on a road: the page, and the sheet for the drawer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from geo.queries.road_plan import Area, find_busy_roads, get_road_plan
from geo.queries.road_works import REACH_M, get_road_works

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from tests.conftest import DemoCity

BUSY = text(
    """
    select r.name from jiantu.road r
    join jiantu.zone_part p on st_dwithin(p.shape_metric, r.shape_metric, 30)
    join jiantu.zone z on z.id = p.zone_id where r.name is not null and z.kind in ('site', 'relocation')
    group by r.name having count(distinct z.kind) = 2 order by count(distinct z.id) desc limit 1
    """
)


def test_a_road_lists_the_sites_and_works_along_it(demo_session: Session, demo: DemoCity) -> None:
    name = demo_session.scalar(BUSY)
    works = get_road_works(demo_session, name, demo.today, "zh")["works"]
    found = {work["id"] for items in works.values() for work in items}
    near = demo_session.execute(
        text(
            """
            select z.id, z.kind, min(st_distance(p.shape_metric, r.shape_metric)) as metres
            from jiantu.road r, jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id
            where r.name = :name and z.state not in ('draft', 'withdrawn') group by z.id, z.kind
            """
        ),
        {"name": name},
    ).all()
    sites = {row.id for row in near if row.kind == "site" and row.metres <= REACH_M}
    assert {work["id"] for work in works["site"]} == sites
    assert found <= {row.id for row in near if row.metres <= REACH_M}
    for kind, items in works.items():
        for work in items:
            if kind == "site":
                continue
            assert work["last_on"] is None or work["last_on"] >= demo.today.isoformat()
            assert work["coming"] is (
                work["first_on"] is not None and work["first_on"] > demo.today.isoformat()
            )


def test_a_roads_page_names_projects_with_their_lamps_without_any_script(
    client: FlaskClient, demo_session: Session, demo: DemoCity
) -> None:
    name = demo_session.scalar(BUSY)
    works = get_road_works(demo_session, name, demo.today, "zh")["works"]
    answer = client.get(f"/command/roads/{name}")
    assert answer.status_code == 200
    assert f"<title>{name} · " in answer.text
    for site in works["site"]:
        assert f'href="/command/projects/{site["project"]}"' in answer.text
    sheet = client.get(f"/command/roads/{name}/sheet").text
    assert re.search(r"米范围内", sheet)
    assert sheet.strip() in answer.text


def test_a_road_that_is_none_is_not_there(client: FlaskClient) -> None:
    assert client.get("/command/roads/nowhere").status_code == 404
    assert client.get("/command/roads/nowhere/sheet").status_code == 404


def test_where_most_is_planned_counts_what_each_roads_plan_lists(
    demo_session: Session, demo: DemoCity
) -> None:
    first, last = demo.today, demo.today + timedelta(days=365)
    busy = find_busy_roads(demo_session, first, last, demo.today, 40)
    assert [road.clashes for road in busy] == sorted((road.clashes for road in busy), reverse=True)
    for road in busy[::8]:
        plan = get_road_plan(demo_session, Area(road.name), first, last)
        assert (road.works, road.clashes) == (len(plan.works), len(plan.clashes)), road.name
        running = [work for work in plan.works if work.days and work.days.first_on <= demo.today]
        assert road.running <= len(running)
        assert road.units == len({work.unit_id for work in plan.works} - {None})
