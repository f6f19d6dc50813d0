-- What the public may read, and nothing else: the login jiantu_public sees these views alone. Runs as jiantu_projector.
-- Every view is a security barrier, so that no condition of a query is tried on rows that the view leaves out.

create view public_map.city with (security_barrier) as
select c.code, c.name, c.name_en, c.bbox, c.time_zone,
  coalesce((select s.lamp_shown from jiantu.public_setting s), false) as lamp_shown,
  coalesce((select s.notice_days from jiantu.public_setting s), 5) as notice_days,
  (select jsonb_object_agg(k.code, jsonb_build_object('name', k.name, 'name_en', k.name_en))
    from jiantu.category k) as categories,
  (select jsonb_object_agg(k.code, jsonb_build_object('name', k.name, 'name_en', k.name_en, 'letter', k.letter))
    from jiantu.utility k) as utilities,
  (select jsonb_agg(jsonb_build_object('code', d.code, 'name', d.name, 'name_en', d.name_en) order by d.id)
    from jiantu.district d) as districts
from jiantu.city c;

create view public_map.district with (security_barrier) as
select d.code, d.name, d.name_en, d.kind, d.id as place, st_asgeojson(d.shape, 6) as shape
from jiantu.district d where d.shape is not null;

create view public_map.ground with (security_barrier) as
select g.kind, g.name, g.name_en, g.id as place, st_asgeojson(g.shape, 5) as shape from jiantu.ground g;

create view public_map.road with (security_barrier) as
select r.name, r.name_en, r.road_class, r.oneway, row_number() over (order by c.position desc, r.id) as place,
  st_asgeojson(r.shape, 5) as shape
from jiantu.road r join jiantu.road_class c on c.code = r.road_class;

create view public_map.photo with (security_barrier) as
select distinct on (j.code, a.sha256) j.code as project, z.code as site, a.sha256, f.media_type, a.taken_on
from jiantu.attachment a
left join jiantu.zone z on z.id = a.zone_id
left join jiantu.progress_report r on r.id = a.report_id
join jiantu.project j on j.id = coalesce(a.project_id, z.project_id, r.project_id)
join jiantu.stored_file f on f.sha256 = a.sha256
where (a.zone_id is null or z.kind = 'site')
order by j.code, a.sha256, a.taken_on desc nulls last, a.id;

create view public_map.photo_file with (security_barrier) as
select f.sha256, f.media_type, f.content
from jiantu.stored_file f where f.sha256 in (select p.sha256 from public_map.photo p);

create view public_map.site_part with (security_barrier) as
select j.code as project, z.code as site, coalesce(z.name, j.name) as name, z.location_text as whereabouts,
  p.position, st_asgeojson(p.shape, 6) as shape,
  case when p.position = 0 then st_asgeojson(st_pointonsurface(p.shape), 6) end as point,
  st_xmin(p.shape) as west, st_ymin(p.shape) as south, st_xmax(p.shape) as east, st_ymax(p.shape) as north
from jiantu.zone z
join jiantu.project j on j.id = z.project_id
join jiantu.zone_part p on p.zone_id = z.id
where z.kind = 'site';

create view public_map.site with (security_barrier) as
select j.code as project, z.code as site, z.name, z.location_text as whereabouts
from jiantu.zone z join jiantu.project j on j.id = z.project_id
where z.kind = 'site';

create view public_map.lamp with (security_barrier) as
select j.code as project, s.days, s.lamp from jiantu.status_span s join jiantu.project j on j.id = s.project_id;

create view public_map.ruled_lamp with (security_barrier) as
select j.code as project, r.id as place, r.first_on, r.last_on, r.ruled as lamp
from jiantu.ruling r join jiantu.project j on j.id = r.project_id;

create view public_map.project with (security_barrier) as
select j.code, j.name, j.name_en, j.category,
  coalesce(u.short_name, u.name) as lead_unit, u.name_en as lead_unit_en,
  coalesce((
    select jsonb_agg(jsonb_build_object('code', d.code, 'name', d.name, 'name_en', d.name_en) order by d.id)
    from jiantu.project_district pd join jiantu.district d on d.id = pd.district_id
    where pd.project_id = j.id), '[]') as districts,
  case
    when j.at_capacity_on is not null then 'at_capacity'
    when j.in_production_on is not null then 'in_production'
    when j.in_use_on is not null then 'in_use'
    when j.completed_on is not null or j.accepted_on is not null then 'completed'
    when j.actual_start_on is not null then 'under_construction'
    else 'not_started'
  end as stage,
  coalesce(r.percent, r.step_percent) as percent, l.name as step, l.name_en as step_en, r.last_on as told_on,
  first.finish_on, first.finish_precision, first.finish_tentative,
  later.finish_on as extended_on, later.finish_precision as extended_precision,
  later.finish_tentative as extended_tentative, later.reason, later.reason_en,
  w.introduction, w.introduction_en,
  case when w.investment then j.total_investment_yuan end as investment_yuan
from jiantu.project j
left join jiantu.unit u on u.id = j.lead_unit_id
left join jiantu.project_release w on w.project_id = j.id
left join lateral (
  select p.percent, p.step_percent, p.step, p.last_on from jiantu.progress_report p
  where p.project_id = j.id and p.site_id is null
    and (p.percent is not null or p.step_percent is not null)
  order by p.last_on desc, p.revision desc, p.id desc limit 1) r on j.actual_start_on is not null
left join lateral (
  select s.name, s.name_en from jiantu.ladder_step s
  where s.category = j.category and (s.name = r.step or r.step = any (s.synonyms))
  order by s.name = r.step desc, s.position limit 1) l on true
left join jiantu.plan_version first on first.project_id = j.id and first.number = 0
left join lateral (
  select p.finish_on, p.finish_precision, p.finish_tentative, e.reason, e.reason_en
  from jiantu.plan_version p join jiantu.extension_release e on e.plan_version_id = p.id
  where p.project_id = j.id and p.number > 0 and p.finish_on is not null
  order by p.number desc limit 1) later on true;

create view public_map.closure with (security_barrier) as
select z.id as place, z.code, z.name, z.location_text as whereabouts, j.code as project,
  j.name as project_name, j.name_en as project_name_en, z.emergency,
  z.taken, z.side, z.lanes_before, z.lanes_open, z.passing, z.still_pass,
  coalesce(z.actual_start_on, z.planned_start_on) as first_on,
  z.actual_start_on is not null as begun,
  z.planned_finish_on as announced_last_on,
  coalesce(z.actual_finish_on, greatest(z.planned_finish_on, z.extended_until_on)) as last_on,
  z.actual_finish_on is not null or z.state = 'finished' as ended,
  coalesce((
    select jsonb_agg(jsonb_build_object('since', to_char(h.since, 'HH24:MI'), 'until', to_char(h.until, 'HH24:MI'),
      'weekdays', h.weekdays) order by h.since, h.until)
    from jiantu.zone_hours h where h.zone_id = z.id), '[]') as hours
from jiantu.zone z
left join jiantu.project j on j.id = z.project_id
where z.kind = 'diversion' and coalesce(z.actual_start_on, z.planned_start_on) is not null;

create view public_map.closure_part with (security_barrier) as
select z.code, p.id as place, p.role, p.mode, p.name, p.first_on, p.last_on, st_asgeojson(p.shape, 6) as shape,
  case when p.role = 'taken' then st_asgeojson(st_pointonsurface(p.shape), 6) end as point,
  st_xmin(p.shape) as west, st_ymin(p.shape) as south, st_xmax(p.shape) as east, st_ymax(p.shape) as north
from jiantu.zone z join jiantu.zone_part p on p.zone_id = z.id
where z.kind = 'diversion';

create view public_map.closure_district with (security_barrier) as
select distinct z.code, d.code as district
from jiantu.zone z
join jiantu.zone_part p on p.zone_id = z.id and p.role = 'taken'
join jiantu.district d on d.shape && p.shape and st_intersects(d.shape, p.shape)
where z.kind = 'diversion';

create view public_map.utility_work with (security_barrier) as
select z.id as place, z.utility, z.actual_start_on as begun_on,
  case when z.state = 'finished' then coalesce(z.actual_finish_on, z.actual_start_on) else z.actual_finish_on end
    as ended_on,
  (select st_asgeojson(st_collect(p.shape order by p.position), 6)
    from jiantu.zone_part p where p.zone_id = z.id and p.role = 'footprint') as shape
from jiantu.zone z where z.kind = 'relocation';

create view public_map.outage with (security_barrier) as
select z.id as place, z.utility, o.area, o.area_en,
  o.starts_at at time zone c.time_zone as starts_at, o.ends_at at time zone c.time_zone as ends_at
from jiantu.announced_outage o
join jiantu.zone z on z.id = o.zone_id
cross join jiantu.city c
where z.kind = 'relocation';

grant select on all tables in schema public_map to jiantu_public;
