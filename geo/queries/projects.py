"""Reading all projects, as the list and the search need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.queries.spelling import spell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def list_projects(session: Session) -> dict[str, Any]:
    """All projects, located or not, as the list and the search of the map need them."""
    found = session.execute(
        text(
            """
            select j.id, j.code, j.name, j.name_en, j.category, j.nature, j.standing,
              to_char(j.standing_from, 'YYYY-MM-DD') as standing_from,
              coalesce(u.short_name, u.name) as lead_unit, u.name_en as lead_unit_en, l.name as sponsor_leader,
              j.total_investment_yuan as investment_yuan,
              coalesce((select array_agg(d.name order by d.position, d.id) from jiantu.project_district pd
                join jiantu.district d on d.id = pd.district_id where pd.project_id = j.id), '{}') as districts,
              coalesce((select array_agg(coalesce(d.name_en, d.name) order by d.position, d.id)
                from jiantu.project_district pd join jiantu.district d on d.id = pd.district_id
                where pd.project_id = j.id), '{}') as districts_en,
              coalesce((select array_agg(z.id order by z.id) from jiantu.zone z
                where z.project_id = j.id and z.kind = 'site' and z.state <> 'withdrawn'), '{}') as sites,
              exists (select from jiantu.zone z join jiantu.zone_part p on p.zone_id = z.id
                where z.project_id = j.id and z.kind = 'site' and z.state <> 'withdrawn') as located
            from jiantu.project j
            left join jiantu.unit u on u.id = j.lead_unit_id
            left join jiantu.leader l on l.id = j.sponsor_leader_id
            order by j.code
            """
        )
    )
    names = tuple(found.keys())
    listed = []
    for row in found:
        project = dict(zip(names, row, strict=True))
        project["pinyin"], project["initials"] = spell(project["name"])
        listed.append(project)
    return {"projects": listed}
