-- What jiantu_projector, who owns the public's views, may read: columns by grant, rows by policy. Runs as jiantu_owner.
-- The views ask for less still; a mistake in one of them can give away no more than this.

-- The city and its ground
create policy projector_reads on jiantu.city for select to jiantu_projector using (true);
grant select (code, name, name_en, bbox, time_zone) on jiantu.city to jiantu_projector;
create policy projector_reads on jiantu.public_setting for select to jiantu_projector using (true);
grant select (lamp_shown, notice_days) on jiantu.public_setting to jiantu_projector;
create policy projector_reads on jiantu.district for select to jiantu_projector using (true);
grant select (id, code, name, name_en, kind, shape) on jiantu.district to jiantu_projector;
create policy projector_reads on jiantu.ground for select to jiantu_projector using (true);
grant select (id, kind, name, name_en, shape) on jiantu.ground to jiantu_projector;
create policy projector_reads on jiantu.road for select to jiantu_projector using (true);
grant select (id, name, name_en, road_class, oneway, shape) on jiantu.road to jiantu_projector;
create policy projector_reads on jiantu.road_class for select to jiantu_projector using (true);
grant select (code, position) on jiantu.road_class to jiantu_projector;
create policy projector_reads on jiantu.category for select to jiantu_projector using (true);
grant select (code, name, name_en, position) on jiantu.category to jiantu_projector;
create policy projector_reads on jiantu.utility for select to jiantu_projector using (true);
grant select (code, name, name_en, position, letter) on jiantu.utility to jiantu_projector;
create policy projector_reads on jiantu.ladder_step for select to jiantu_projector using (true);
grant select (category, position, name, name_en, synonyms) on jiantu.ladder_step to jiantu_projector;

-- Public projects
create policy projector_reads on jiantu.project for select to jiantu_projector
  using (public and standing = 'active');
grant select (
  id, code, name, name_en, category, lead_unit_id, public, standing, total_investment_yuan,
  actual_start_on, completed_on, accepted_on, in_use_on, in_production_on, at_capacity_on
) on jiantu.project to jiantu_projector;
create policy projector_reads on jiantu.unit for select to jiantu_projector
  using (id in (select lead_unit_id from jiantu.project));
grant select (id, name, short_name, name_en) on jiantu.unit to jiantu_projector;
create policy projector_reads on jiantu.project_district for select to jiantu_projector
  using (project_id in (select id from jiantu.project));
grant select (project_id, district_id) on jiantu.project_district to jiantu_projector;
create policy projector_reads on jiantu.project_release for select to jiantu_projector
  using (project_id in (select id from jiantu.project));
grant select (project_id, introduction, introduction_en, investment) on jiantu.project_release to jiantu_projector;
create policy projector_reads on jiantu.extension_release for select to jiantu_projector using (true);
grant select (plan_version_id, reason, reason_en) on jiantu.extension_release to jiantu_projector;
create policy projector_reads on jiantu.plan_version for select to jiantu_projector
  using (
    site_id is null and project_id in (select id from jiantu.project)
    and (number = 0 or id in (select plan_version_id from jiantu.extension_release)));
grant select (id, project_id, site_id, number, finish_on, finish_precision, finish_tentative)
  on jiantu.plan_version to jiantu_projector;
create policy projector_reads on jiantu.progress_report for select to jiantu_projector
  using (project_id in (select id from jiantu.project));
grant select (id, project_id, site_id, last_on, revision, step, step_percent, percent)
  on jiantu.progress_report to jiantu_projector;

-- Lamps, once the city has switched them on
create policy projector_reads on jiantu.status_span for select to jiantu_projector
  using (
    (select lamp_shown from jiantu.public_setting) and site_id is null
    and project_id in (select id from jiantu.project));
grant select (project_id, site_id, days, lamp) on jiantu.status_span to jiantu_projector;
create policy projector_reads on jiantu.ruling for select to jiantu_projector
  using (
    (select lamp_shown from jiantu.public_setting) and site_id is null
    and project_id in (select id from jiantu.project));
grant select (id, project_id, site_id, ruled, first_on, last_on) on jiantu.ruling to jiantu_projector;

-- Works: sites of public projects, approved diversions, utility work that has begun or brings an announced outage
create policy projector_reads on jiantu.announced_outage for select to jiantu_projector using (released);
grant select (zone_id, starts_at, ends_at, area, area_en, released) on jiantu.announced_outage to jiantu_projector;
create policy projector_reads on jiantu.zone for select to jiantu_projector
  using (
    state not in ('draft', 'withdrawn') and not tentative
    and case kind
      when 'site' then project_id in (select id from jiantu.project)
      when 'diversion' then approval_number is not null or emergency
      when 'relocation' then
        actual_start_on is not null or id in (select zone_id from jiantu.announced_outage)
      else false
    end);
grant select (
  id, kind, code, name, project_id, state, tentative, emergency, location_text,
  planned_start_on, planned_finish_on, actual_start_on, actual_finish_on, extended_until_on,
  utility, taken, side, lanes_before, lanes_open, passing, still_pass, approval_number
) on jiantu.zone to jiantu_projector;
create policy projector_reads on jiantu.zone_part for select to jiantu_projector
  using (zone_id in (select id from jiantu.zone));
grant select (id, zone_id, position, role, mode, name, first_on, last_on, shape)
  on jiantu.zone_part to jiantu_projector;
create policy projector_reads on jiantu.zone_hours for select to jiantu_projector
  using (zone_id in (select id from jiantu.zone));
grant select (zone_id, since, until, weekdays) on jiantu.zone_hours to jiantu_projector;

-- Released photographs
create policy projector_reads on jiantu.attachment for select to jiantu_projector
  using (released and blocker_id is null and media_type in ('image/jpeg', 'image/png', 'image/webp'));
grant select (id, project_id, zone_id, report_id, blocker_id, media_type, sha256, taken_on, released)
  on jiantu.attachment to jiantu_projector;
create policy projector_reads on jiantu.stored_file for select to jiantu_projector
  using (
    media_type in ('image/jpeg', 'image/png', 'image/webp')
    and sha256 in (select sha256 from jiantu.attachment));
grant select (sha256, media_type, content) on jiantu.stored_file to jiantu_projector;
