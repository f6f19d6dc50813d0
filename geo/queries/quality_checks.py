"""The checks of the city's records: one query for each thing that can be doubtful, over whole tables.

Each gives code, name, unit, a detail, and where it is about a zone, a blocker or a site to be drawn, an id for the
form. `active` are projects that count and are not finished, `plan` is the plan in force, `latest` the newest report of
a project.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, what to do about it and where, and the query.

    `where` names the form that mends it, and after a # its field: `zone` is the zone's editor, `site/new` a new site,
    `blocker` the blocker's form, `place` the page that places words (for a work that has some); else a form of the
    project. Of two the first that fits holds.
    """

    code: str
    zh: str
    en: str
    mend_zh: str
    mend_en: str
    where: str
    sql: str

    @property
    def is_work(self) -> bool:
        """Whether it finds works of the map, not projects."""
        return self.code.startswith("work_")


WITH = """
with active as materialized (
  select p.*, p.lead_unit_id as unit_id from jiantu.project p
  where p.standing = 'active' and p.completed_on is null and p.accepted_on is null and p.in_use_on is null
), plan as materialized (
  select distinct on (project_id) * from jiantu.plan_version
  where site_id is null and (number = 0 or in_force_from <= :day)
  order by project_id, number desc
), latest as materialized (
  select distinct on (project_id) project_id, last_on, coalesce(percent, step_percent) as percent,
    invested_to_date_yuan, verification
  from jiantu.progress_report where site_id is null and last_on <= :day
  order by project_id, last_on desc, first_on desc, revision desc
)
"""

CHECKS = (
    Check(
        "no_location",
        "项目无位置",
        "Project without location",
        "补画点位,或在台账“点位”表补填图形",
        "Draw a site or give its shape",
        "site/new",
        """
        select a.code, a.name, a.unit_id, null::text as detail, a.id as row_id from active a
        where not exists (select from jiantu.project child where child.parent_id = a.id)
        and not exists (select from jiantu.zone z join jiantu.zone_part p on p.zone_id = z.id
          where z.project_id = a.id and z.kind = 'site' and z.state <> 'withdrawn')
        """,
    ),
    Check(
        "no_plan",
        "没有计划",
        "No plan",
        "补填计划开工、计划完工",
        "Give planned start and finish",
        "plan/new#start_on",
        """
        select a.code, a.name, a.unit_id, null from active a
        where not exists (select from plan where plan.project_id = a.id and plan.finish_on is not null)
        """,
    ),
    Check(
        "no_year_plan",
        "在建无年度投资计划",
        "No investment plan for the year",
        "补填本年度计划投资",
        "Give the year's planned investment",
        "plan/new#investment_yuan",
        """
        select a.code, a.name, a.unit_id, extract(year from cast(:day as date))::int::text from active a
        where a.actual_start_on <= :day and not exists (
          select from plan join jiantu.plan_year y on y.plan_version_id = plan.id
          where plan.project_id = a.id and y.year = extract(year from cast(:day as date)))
        """,
    ),
    Check(
        "finish_before_start",
        "完工早于开工",
        "Finish before start",
        "核对实际开工与计划完工",
        "Check actual start and planned finish",
        "zone plan/new#finish_on",
        """
        select a.code, a.name, a.unit_id, a.actual_start_on || ' > ' || plan.finish_on, null from active a
          join plan on plan.project_id = a.id
        where plan.finish_on < a.actual_start_on
        union all
        select a.code, a.name || ' ' || z.code, a.unit_id, z.planned_start_on || ' > ' ||
          z.planned_finish_on, z.id
        from active a join jiantu.zone z on z.project_id = a.id
          where z.planned_finish_on < z.planned_start_on
        """,
    ),
    Check(
        "outside_district",
        "点位不在所属属地内",
        "Site outside its district",
        "核对属地或点位图形",
        "Check the districts or the shape",
        "zone",
        """
        select a.code, a.name || ' ' || z.code, a.unit_id, string_agg(distinct d.name, '、'), z.id
        from active a
        join jiantu.zone z on z.project_id = a.id and z.kind = 'site' and z.state <> 'withdrawn'
        join jiantu.zone_part p on p.zone_id = z.id
        join jiantu.project_district pd on pd.project_id = a.id
        join jiantu.district d on d.id = pd.district_id and d.shape_metric is not null
        group by a.code, a.name, a.unit_id, z.id, z.code
        having not bool_or(p.shape_metric && d.shape_metric
          and st_intersects(d.shape_metric, p.shape_metric))
        """,
    ),
    Check(
        "same_footprint",
        "两个项目占同一块地",
        "Two projects on one footprint",
        "核对是否重复登记或图形画错",
        "Check for a double entry or a wrong shape",
        "zone",
        """
        select a.code, a.name || ' ' || za.code, a.unit_id, b.code || ' ' || b.name, za.id
        from jiantu.zone_part pa join jiantu.zone za on za.id = pa.zone_id and za.kind = 'site'
          and za.state <> 'withdrawn'
        join active a on a.id = za.project_id
        join jiantu.zone_part pb on pb.shape_metric && pa.shape_metric and pb.id <> pa.id
        join jiantu.zone zb on zb.id = pb.zone_id and zb.kind = 'site' and zb.state <> 'withdrawn'
        join active b on b.id = zb.project_id and b.id <> a.id
        where st_dimension(pa.shape_metric) = 2 and st_dimension(pb.shape_metric) = 2
          and st_npoints(pa.shape_metric) + st_npoints(pb.shape_metric) <= 5000
          and a.parent_id is distinct from b.id and b.parent_id is distinct from a.id
          and st_area(st_intersection(pa.shape_metric, pb.shape_metric)) >= 0.8 *
          least(st_area(pa.shape_metric), st_area(pb.shape_metric))
        """,
    ),
    Check(
        "far_from_roads",
        "点位离道路过远",
        "Site far from any road",
        "核对点位坐标,可能坐标系有误",
        "Check the shape: its coordinate system may be wrong",
        "zone",
        """
        select a.code, a.name || ' ' || z.code, a.unit_id, '> 1,000 m', z.id
        from active a join jiantu.zone z on z.project_id = a.id and z.kind = 'site'
          and z.state <> 'withdrawn'
        where exists (select from jiantu.road)
          and exists (select from jiantu.zone_part p where p.zone_id = z.id)
          and not exists (
            select from jiantu.zone_part p
          join jiantu.road r on st_dwithin(r.shape_metric, p.shape_metric, 1000)
            where p.zone_id = z.id)
        """,
    ),
    Check(
        "no_reports",
        "开工后从未填报",
        "Begun and never reported",
        "催报,或核对开工日期",
        "Ask for a report, or check the start",
        "progress#percent",
        """
        select a.code, a.name, a.unit_id, a.actual_start_on::text from active a
        where a.actual_start_on <= :day and not exists (select from jiantu.progress_report r
          where r.project_id = a.id)
        """,
    ),
    Check(
        "stale_reports",
        "超过60天未填报",
        "Silent for more than 60 days",
        "催报",
        "Ask for a report",
        "progress#percent",
        """
        select a.code, a.name, a.unit_id, max(r.last_on)::text from active a
          join jiantu.progress_report r on r.project_id = a.id
        where a.actual_start_on <= :day group by a.code, a.name, a.unit_id having max(r.last_on) <
          cast(:day as date) - 60
        """,
    ),
    Check(
        "hundred_open",
        "满进度而未完工",
        "At 100 % and not completed",
        "补填完工日期,或更正进度",
        "Give the day of completion or correct the percent",
        "finish#completed_on",
        """
        select a.code, a.name, a.unit_id, latest.last_on::text from active a
          join latest on latest.project_id = a.id where latest.percent >= 100
        """,
    ),
    Check(
        "completed_below",
        "已完工而进度不满",
        "Completed below 100 %",
        "更正进度或完工日期",
        "Correct the percent or the day of completion",
        "finish#completed_on",
        """
        select p.code, p.name, p.lead_unit_id, round(latest.percent, 1) || '%' from jiantu.project p
          join latest on latest.project_id = p.id
        where p.standing = 'active' and p.completed_on <= :day and latest.percent < 95
        """,
    ),
    Check(
        "cumulative_fell",
        "累计投资下降",
        "Investment to date fell",
        "核对最近一期累计投资",
        "Check the last figure",
        "progress#invested_to_date_yuan",
        """
        select a.code, a.name, a.unit_id, max(r.invested_to_date_yuan) || ' > ' ||
          latest.invested_to_date_yuan
        from active a join latest on latest.project_id = a.id
        join jiantu.progress_report r on r.project_id = a.id and r.site_id is null
          and r.last_on < latest.last_on
        group by a.code, a.name, a.unit_id, latest.invested_to_date_yuan
        having latest.invested_to_date_yuan < max(r.invested_to_date_yuan)
        """,
    ),
    Check(
        "over_total",
        "累计投资超过总投资",
        "More invested than the total",
        "核对总投资或累计投资的单位",
        "Check the total or the unit of the figure",
        "facts#total_investment_yuan",
        """
        select a.code, a.name, a.unit_id, latest.invested_to_date_yuan || ' > ' || a.total_investment_yuan
        from active a join latest on latest.project_id = a.id
        where latest.invested_to_date_yuan > a.total_investment_yuan * 1.1
        """,
    ),
    Check(
        "progress_without_start",
        "有进度无开工日期",
        "Progress without a start",
        "补填实际开工日期",
        "Give the actual start",
        "begin#actual_start_on",
        """
        select a.code, a.name, a.unit_id, round(latest.percent, 1) || '%' from active a
          join latest on latest.project_id = a.id
        where latest.percent > 0 and a.actual_start_on is null
        """,
    ),
    Check(
        "contradicted",
        "与现场不符",
        "Contradicted on site",
        "复核并更正",
        "Check again and correct",
        "progress#percent",
        """
        select a.code, a.name, a.unit_id, latest.last_on::text from active a
          join latest on latest.project_id = a.id
        where latest.verification = 'contradicted'
        """,
    ),
    Check(
        "blocker_no_unit",
        "问题没有责任单位",
        "Blocker without a responsible unit",
        "指定责任单位",
        "Name the responsible unit",
        "blocker#responsible_unit_id",
        """
        select a.code, a.name, a.unit_id, left(b.text, 60), b.id from active a
          join jiantu.blocker b on b.project_id = a.id
        where b.resolved_on is null and b.responsible_unit_id is null
        """,
    ),
    Check(
        "blocker_no_awaited",
        "问题逾期而无卡点单位",
        "Overdue blocker with no awaited unit",
        "指定卡点单位",
        "Name the unit whose act is awaited",
        "blocker#awaited_unit_id",
        """
        select a.code, a.name, a.unit_id, left(b.text, 60), b.id from active a
          join jiantu.blocker b on b.project_id = a.id
        where b.resolved_on is null and b.awaited_unit_id is null
          and coalesce(b.due_on, b.raised_on + 15) < :day
        """,
    ),
    Check(
        "lead_missing",
        "没有牵头单位",
        "No lead unit",
        "指定牵头责任单位",
        "Name the lead unit",
        "facts#lead_unit_id",
        """
        select a.code, a.name, a.unit_id, null from active a where a.unit_id is null
        """,
    ),
    Check(
        "sponsor_missing",
        "没有分包领导",
        "No sponsor leader",
        "指定分包市领导",
        "Name the sponsor leader",
        "facts#sponsor_leader_id",
        """
        select a.code, a.name, a.unit_id, null from active a where a.sponsor_leader_id is null
        """,
    ),
    Check(
        "contractor_missing",
        "在建而无施工单位",
        "Under construction without a contractor",
        "补填施工单位",
        "Name the contractor",
        "facts#contractor",
        """
        select a.code, a.name, a.unit_id, a.actual_start_on::text from active a
          where a.actual_start_on <= :day and coalesce(a.contractor, '') = ''
        """,
    ),
    Check(
        "permit_missing",
        "开工无施工许可",
        "Begun without a permit",
        "补填施工许可证号",
        "Give the permit's number",
        "begin#start_permit",
        """
        select a.code, a.name, a.unit_id, a.actual_start_on::text from active a
          where a.actual_start_on <= :day and coalesce(a.start_permit, '') = ''
        """,
    ),
    Check(
        "district_missing",
        "没有属地",
        "No district",
        "补填属地",
        "Name the districts",
        "facts#districts",
        """
        select a.code, a.name, a.unit_id, null from active a where not exists (select
          from jiantu.project_district d where d.project_id = a.id)
        """,
    ),
    Check(
        "category_missing",
        "没有类别",
        "No category",
        "补填项目类别",
        "Give the category",
        "facts#category",
        """
        select a.code, a.name, a.unit_id, null from active a where a.category is null
        """,
    ),
    Check(
        "total_missing",
        "没有总投资",
        "No total investment",
        "补填总投资",
        "Give the total investment",
        "facts#total_investment_yuan",
        """
        select a.code, a.name, a.unit_id, null from active a where a.total_investment_yuan is null
        """,
    ),
    Check(
        "same_name",
        "项目重名",
        "Two projects of one name",
        "核对是否重复登记",
        "Check for a double entry",
        "facts#name",
        """
        select a.code, a.name, a.unit_id, b.code from active a join active b on b.name = a.name
          and b.id <> a.id
        """,
    ),
    Check(
        "work_no_shape",
        "管线、导行等无位置",
        "Work without location",
        "补画范围",
        "Draw its outline",
        "place zone",
        """
        select z.code, coalesce(z.name, z.code), z.unit_id, left(z.location_text, 60), z.id from jiantu.zone z
        where z.kind <> 'site' and z.state not in ('withdrawn', 'finished') and not exists (select
          from jiantu.zone_part p where p.zone_id = z.id)
        """,
    ),
    Check(
        "work_no_unit",
        "管线、导行等无责任单位",
        "Work without a unit",
        "指定责任单位",
        "Name the unit",
        "zone",
        """
        select z.code, coalesce(z.name, z.code), z.unit_id, null, z.id from jiantu.zone z
        where z.kind in ('relocation', 'diversion') and z.state not in ('withdrawn', 'finished')
          and z.unit_id is null
        """,
    ),
    Check(
        "work_no_days",
        "管线、导行等无起止日期",
        "Work without days",
        "补填计划起止",
        "Give its planned days",
        "zone",
        """
        select z.code, coalesce(z.name, z.code), z.unit_id, null, z.id from jiantu.zone z
        where z.kind in ('relocation', 'diversion', 'event') and z.state not in ('withdrawn', 'finished')
          and z.planned_start_on is null and z.actual_start_on is null
        """,
    ),
)
"""In the order in which they are shown."""
