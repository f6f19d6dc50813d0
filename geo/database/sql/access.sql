-- Who sees and writes what. Runs as jiantu_owner, when accounts and memberships are there. See docs/security.md.

-- What a policy asks about whoever is at work. Each stands in a policy as (select …), so that it runs once a statement.

create function jiantu.my_account() returns bigint language sql stable set search_path = pg_catalog as $$
  select nullif(current_setting('app.account_id', true), '')::bigint
$$;

create function jiantu.my_units() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(m.unit_id), '{}') from jiantu.membership m join jiantu.account a on a.id = m.account_id
  where a.id = (select jiantu.my_account()) and a.active
$$;

create function jiantu.my_editable_units() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(m.unit_id), '{}') from jiantu.membership m join jiantu.account a on a.id = m.account_id
  where a.id = (select jiantu.my_account()) and a.active and m.role in ('editor', 'unit_admin')
$$;

create function jiantu.my_administered_units() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(m.unit_id), '{}') from jiantu.membership m join jiantu.account a on a.id = m.account_id
  where a.id = (select jiantu.my_account()) and a.active and m.role = 'unit_admin'
$$;

-- Whether the account belongs to any unit: without one there is nothing to see.
create function jiantu.is_member() returns boolean
language sql stable security definer set search_path = pg_catalog as $$
  select cardinality(jiantu.my_units()) > 0
$$;

-- Projects led by units, and zones kept by them: their own, and the sites of the projects they lead.
create function jiantu.projects_of(units bigint[]) returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(j.id), '{}') from jiantu.project j where j.lead_unit_id = any(units)
$$;

create function jiantu.zones_of(units bigint[]) returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(found.id), '{}') from (
    select z.id from jiantu.zone z where z.unit_id = any(units)
    union
    select z.id from jiantu.project j join jiantu.zone z on z.project_id = j.id
    where j.lead_unit_id = any(units) and z.kind = 'site'
  ) found
$$;

create function jiantu.my_projects() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select jiantu.projects_of(jiantu.my_units())
$$;

create function jiantu.my_editable_projects() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select jiantu.projects_of(jiantu.my_editable_units())
$$;

create function jiantu.my_zones() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select jiantu.zones_of(jiantu.my_units())
$$;

create function jiantu.my_editable_zones() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select jiantu.zones_of(jiantu.my_editable_units())
$$;

-- Drafts of others: there for their owner and the command only.
create function jiantu.hidden_zones() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(z.id), '{}') from jiantu.zone z
  where z.state = 'draft'
    and not coalesce(z.unit_id = any((select jiantu.my_units())::bigint[]), false)
    and not coalesce(z.kind = 'site' and z.project_id = any((select jiantu.my_projects())::bigint[]), false)
$$;

-- Causes of blockers that the command alone may name (推进乏力).
create function jiantu.reserved_causes() returns text[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(c.code), '{}') from jiantu.cause c where c.command_only
$$;

-- The plan versions of projects, for what hangs on them.
create function jiantu.my_plans() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(v.id), '{}') from jiantu.plan_version v where v.project_id = any((select jiantu.my_projects())::bigint[])
$$;

create function jiantu.my_editable_plans() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(v.id), '{}') from jiantu.plan_version v
  where v.project_id = any((select jiantu.my_editable_projects())::bigint[])
$$;

-- Cases in which a unit has a side.
create function jiantu.my_cases() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(distinct c.case_id), '{}') from jiantu.case_pair c
  where c.case_id is not null
    and (c.zone_a = any((select jiantu.my_zones())::bigint[]) or c.zone_b = any((select jiantu.my_zones())::bigint[]))
$$;

-- Accounts that a unit's administrator keeps: ordinary ones, made for a unit that he administers.
create function jiantu.my_kept_accounts() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(a.id), '{}') from jiantu.account a
  where a.kept_by_unit_id = any((select jiantu.my_administered_units())::bigint[]) and a.staff_role = 'none'
$$;

-- Accounts whose names the members of a unit see: those of their own units.
create function jiantu.my_colleagues() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(found.id), '{}') from (
    select m.account_id as id from jiantu.membership m where m.unit_id = any((select jiantu.my_units())::bigint[])
    union select jiantu.my_account() where jiantu.my_account() is not null
    union select a.id from jiantu.account a where a.kept_by_unit_id = any((select jiantu.my_administered_units())::bigint[])
  ) found
$$;

-- What everybody on the staff may know of any project and any account: what it is called.

create view jiantu.project_name with (security_barrier) as
  select id, code, name, name_en, parent_id, lead_unit_id from jiantu.project;

create view jiantu.account_name with (security_barrier) as
  select id, display_name from jiantu.account;

-- Who may do what with a table: leader, command, admin and engine read it, `written_by` writes it.
create or replace function history.protect(protected regclass, written_by name) returns void
language plpgsql set search_path = pg_catalog, public as $body$
begin
  execute format('alter table %s enable row level security; alter table %s force row level security;',
                 protected, protected);
  execute format('create policy owner_all on %s to jiantu_owner using (true) with check (true)', protected);
  execute format('create policy staff_reads on %s for select'
                 ' to jiantu_leader, jiantu_command, jiantu_admin, jiantu_engine using (true)', protected);
  execute format('grant select on %s to jiantu_leader, jiantu_command, jiantu_admin, jiantu_engine', protected);
  if written_by is not null then
    perform history.let_write(protected, written_by);
  end if;
end $body$;

-- Let one more role write any row of a table.
create function history.let_write(protected regclass, writer name) returns void
language plpgsql set search_path = pg_catalog, public as $body$
begin
  execute format('create policy %I on %s to %I using (true) with check (true)',
                 case when writer = 'jiantu_admin' then 'admin_writes' else 'writes' end, protected, writer);
  execute format('grant insert, update, delete on %s to %I', protected, writer);
end $body$;

-- Columns that no unit ever writes, and those that it may say when it adds a row and never change afterwards.
create function history.columns_for_units(protected regclass, fixed name[], verb text) returns text
language sql stable set search_path = pg_catalog as $$
  select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
  where attrelid = protected and attnum > 0 and not attisdropped
    and attname <> all (array['version', 'public', 'released'] || fixed)
    and (verb = 'insert' or attname <> all (array['id', 'unit_id', 'lead_unit_id', 'project_id', 'zone_id',
      'plan_version_id', 'site_id', 'parent_id', 'kind', 'entered_on', 'known_on', 'source_key', 'source_crs']))
$$;

-- Let units read rows where `reads` holds, and write those where `writes` does: only the verbs named
-- (insert, update, delete) and never the `fixed` columns. `adds` is asked besides of a row that is new.
create function history.let_units(
  protected regclass, reads text, writes text default null, verbs text[] default '{}', fixed name[] default '{}',
  adds text default 'true')
returns void language plpgsql set search_path = pg_catalog, public as $body$
begin
  execute format('create policy unit_reads on %s for select to jiantu_unit using ((select jiantu.is_member()) and (%s))',
                 protected, reads);
  execute format('grant select on %s to jiantu_unit', protected);
  if 'insert' = any (verbs) then
    execute format('create policy unit_adds on %s for insert to jiantu_unit with check ((%s) and (%s))',
                   protected, writes, adds);
    execute format('grant insert (%s) on %s to jiantu_unit',
                   history.columns_for_units(protected, fixed, 'insert'), protected);
  end if;
  if 'update' = any (verbs) then
    execute format('create policy unit_changes on %s for update to jiantu_unit using (%s) with check (%s)',
                   protected, writes, writes);
    execute format('grant update (%s) on %s to jiantu_unit',
                   history.columns_for_units(protected, fixed, 'update'), protected);
  end if;
  if 'delete' = any (verbs) then
    execute format('create policy unit_removes on %s for delete to jiantu_unit using (%s)', protected, writes);
    execute format('grant delete on %s to jiantu_unit', protected);
  end if;
end $body$;

-- Let units read the versions of rows that are their own by today's rules. `mine` speaks of v.row.
create function history.let_units_look_back(tracked regclass, mine text) returns void
language plpgsql set search_path = pg_catalog, public as $body$
declare
  versions text := format('history.%I', (select relname from pg_class where oid = tracked) || '_version');
begin
  execute format('create policy unit_reads on %s for select to jiantu_unit using (%s)', versions, mine);
  execute format('grant select on %s to jiantu_unit', versions);
end $body$;

-- A table in one line: the command writes it, and units
--   'read'     read all of it and write nothing;
--   'project'  read and write rows whose project_id is of a project that they lead;
--   'zone'     read rows of every zone that they may see, and write those whose zone_id is of a zone of theirs;
--   'unit'     read and write rows whose unit_id is theirs.
-- `verbs` says what a unit may do with its rows, `fixed` which further columns it never sets.
create function history.protect_by_unit(
  protected regclass, how text, verbs text[] default '{insert,update,delete}', fixed name[] default '{}')
returns void language plpgsql set search_path = pg_catalog, public as $body$
begin
  perform history.protect(protected, 'jiantu_command');
  perform history.open_to_units(protected, how, verbs, fixed);
end $body$;

-- The same for a table that is protected already.
create function history.open_to_units(
  protected regclass, how text, verbs text[] default '{insert,update,delete}', fixed name[] default '{}')
returns void language plpgsql set search_path = pg_catalog, public as $body$
declare
  versioned boolean := to_regclass(
    format('history.%I', (select relname from pg_class where oid = protected) || '_version')) is not null;
begin
  case how
    when 'read' then
      perform history.let_units(protected, 'true');
    when 'project' then
      perform history.let_units(protected,
        'project_id = any((select jiantu.my_projects())::bigint[])',
        'project_id = any((select jiantu.my_editable_projects())::bigint[])', verbs, fixed);
      if versioned then
        perform history.let_units_look_back(protected,
          $$(row ->> 'project_id')::bigint = any((select jiantu.my_projects())::bigint[])$$);
      end if;
    when 'zone' then
      perform history.let_units(protected,
        'zone_id <> all((select jiantu.hidden_zones())::bigint[])',
        'zone_id = any((select jiantu.my_editable_zones())::bigint[])', verbs, fixed);
      if versioned then
        perform history.let_units_look_back(protected,
          $$(row ->> 'zone_id')::bigint = any((select jiantu.my_zones())::bigint[])$$);
      end if;
    when 'unit' then
      perform history.let_units(protected,
        'unit_id = any((select jiantu.my_units())::bigint[])',
        'unit_id = any((select jiantu.my_editable_units())::bigint[])', verbs, fixed);
      if versioned then
        perform history.let_units_look_back(protected,
          $$(row ->> 'unit_id')::bigint = any((select jiantu.my_units())::bigint[])$$);
      end if;
    else
      raise exception 'a table is opened to units by read, project, zone or unit, not by %', how;
  end case;
end $body$;

-- Versions are read by whoever reads everything, and by the engine, which judges answers by them.
alter function history.track(regclass, name, name[]) rename to keep_versions;
create function history.track(tracked regclass, key name, derived name[]) returns void
language plpgsql set search_path = pg_catalog, public as $body$
declare
  versions text := format('history.%I', (select relname from pg_class where oid = tracked) || '_version');
begin
  perform history.keep_versions(tracked, key, derived);
  execute format('alter policy staff_reads on %s to jiantu_leader, jiantu_command, jiantu_admin, jiantu_engine', versions);
  execute format('grant select on %s to jiantu_admin, jiantu_engine', versions);
end $body$;

-- What was there before: the administrator reads as the leader does; the list of migrations is nobody's.
do $$
declare
  known record;
begin
  for known in
    select c.oid::regclass as name from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = 'staff_reads'
  loop
    execute format(
      'alter policy staff_reads on %s to jiantu_leader, jiantu_command, jiantu_admin, jiantu_engine', known.name);
    execute format('grant select on %s to jiantu_admin, jiantu_engine', known.name);
  end loop;
end $$;
alter table jiantu.alembic_version enable row level security;
alter table jiantu.alembic_version force row level security;
create policy owner_all on jiantu.alembic_version to jiantu_owner using (true) with check (true);

-- What everybody needs to read anything, and what administrators look after.
do $$
declare
  name text;
begin
  foreach name in array array[
    'category', 'nature', 'cause', 'utility', 'unit_kind', 'procedure_kind', 'funding_source', 'relocation_step',
    'permit_step', 'dig_plan_state', 'road_class', 'operation', 'ladder_step', 'calendar_day', 'pause', 'rules_version',
    'unit', 'district', 'leader'
  ] loop
    perform history.open_to_units(format('jiantu.%I', name)::regclass, 'read');
    perform history.let_write(format('jiantu.%I', name)::regclass, 'jiantu_admin');
  end loop;
  foreach name in array array['city', 'ground', 'road', 'pavement', 'revision'] loop
    perform history.open_to_units(format('jiantu.%I', name)::regclass, 'read');
  end loop;
end $$;

-- Projects. A unit reports on those it leads; it neither makes them nor says what they are in the city's lists.
select history.let_units('jiantu.project',
  'lead_unit_id = any((select jiantu.my_units())::bigint[])',
  'lead_unit_id = any((select jiantu.my_editable_units())::bigint[])',
  '{update}',
  '{code,name,category,nature,headquarters,sponsor_leader_id,green_channel,report_period,standing,standing_document,standing_from,registered_investment_yuan,registered_on}');
select history.let_units_look_back('jiantu.project',
  $$(row ->> 'id')::bigint = any((select jiantu.my_projects())::bigint[])$$);
select history.open_to_units('jiantu.project_district', 'project', '{}');
select history.open_to_units('jiantu.plan_version', 'project', '{}');
select history.let_units('jiantu.plan_month', 'plan_version_id = any((select jiantu.my_plans())::bigint[])');
select history.let_units('jiantu.plan_year', 'plan_version_id = any((select jiantu.my_plans())::bigint[])');
select history.let_units('jiantu.milestone',
  'plan_version_id = any((select jiantu.my_plans())::bigint[])',
  'plan_version_id = any((select jiantu.my_editable_plans())::bigint[])', '{update}',
  '{name,due_on,due_precision,percent}');
select history.let_units_look_back(format('jiantu.%I', t)::regclass,
  $$(row ->> 'plan_version_id')::bigint = any((select jiantu.my_plans())::bigint[])$$)
from unnest(array['plan_month', 'plan_year', 'milestone']) t;
-- A report is never overwritten, and who reports does not verify.
select history.open_to_units('jiantu.progress_report', 'project', '{insert}', '{verification}');
select history.open_to_units('jiantu.procedure', 'project', '{insert,update,delete}');
select history.open_to_units('jiantu.funding_line', 'project', '{insert,update,delete}');
select history.open_to_units('jiantu.land_status', 'project', '{insert,update,delete}');
select history.open_to_units('jiantu.status_span', 'project', '{}');
select history.open_to_units('jiantu.ruling', 'project', '{}');
select history.let_units('jiantu.blocker',
  'project_id = any((select jiantu.my_projects())::bigint[])'
  ' or responsible_unit_id = any((select jiantu.my_units())::bigint[])'
  ' or awaited_unit_id = any((select jiantu.my_units())::bigint[])',
  'project_id = any((select jiantu.my_editable_projects())::bigint[])'
  ' and cause <> all((select jiantu.reserved_causes())::text[])', '{insert,update}');
select history.let_units_look_back('jiantu.blocker',
  $$(row ->> 'project_id')::bigint = any((select jiantu.my_projects())::bigint[])$$);
-- A unit says that work stands still; the command approves it.
select history.let_units('jiantu.suspension',
  'project_id = any((select jiantu.my_projects())::bigint[])',
  'project_id = any((select jiantu.my_editable_projects())::bigint[])', '{insert}', '{}',
  'approved_by is null and control_area_id is null');
create policy unit_changes on jiantu.suspension for update to jiantu_unit
  using (project_id = any((select jiantu.my_editable_projects())::bigint[]))
  with check (project_id = any((select jiantu.my_editable_projects())::bigint[]));
grant update (last_on, reason) on jiantu.suspension to jiantu_unit;
select history.let_units_look_back('jiantu.suspension',
  $$(row ->> 'project_id')::bigint = any((select jiantu.my_projects())::bigint[])$$);
select history.let_units('jiantu.objection',
  'project_id = any((select jiantu.my_projects())::bigint[])',
  'project_id = any((select jiantu.my_editable_projects())::bigint[])'
  ' and unit_id = any((select jiantu.my_editable_units())::bigint[])', '{insert}');
select history.let_units_look_back('jiantu.objection',
  $$(row ->> 'project_id')::bigint = any((select jiantu.my_projects())::bigint[])$$);

-- Files hang on a project, a zone, a report or a blocker; all that one names must be the unit's own.
select history.let_units('jiantu.attachment',
  'project_id = any((select jiantu.my_projects())::bigint[])'
  ' or zone_id <> all((select jiantu.hidden_zones())::bigint[])'
  ' or report_id in (select r.id from jiantu.progress_report r)'
  ' or blocker_id in (select b.id from jiantu.blocker b)',
  '(project_id is null or project_id = any((select jiantu.my_editable_projects())::bigint[]))'
  ' and (zone_id is null or zone_id = any((select jiantu.my_editable_zones())::bigint[]))'
  ' and (report_id is null or report_id in (select r.id from jiantu.progress_report r'
  '   where r.project_id = any((select jiantu.my_editable_projects())::bigint[])))'
  ' and (blocker_id is null or blocker_id in (select b.id from jiantu.blocker b'
  '   where b.project_id = any((select jiantu.my_editable_projects())::bigint[])))', '{insert,delete}');
select history.let_units('jiantu.stored_file',
  'sha256 in (select a.sha256 from jiantu.attachment a)'
  ' or sha256 in (select m.file_sha256 from jiantu.case_message m)');
create policy unit_adds on jiantu.stored_file for insert to jiantu_unit
  with check (cardinality((select jiantu.my_editable_units())::bigint[]) > 0);
grant insert on jiantu.stored_file to jiantu_unit;

-- Supervision orders: those to the unit or about its projects; its own steps are its own acts.
select history.let_units('jiantu.supervision_order',
  'unit_id = any((select jiantu.my_units())::bigint[]) or project_id = any((select jiantu.my_projects())::bigint[])');
select history.let_units('jiantu.supervision_step',
  'order_id in (select o.id from jiantu.supervision_order o)',
  $$order_id in (select o.id from jiantu.supervision_order o where o.unit_id = any((select jiantu.my_editable_units())::bigint[])) and step in ('received', 'fed_back', 'closure_asked', 'extension_asked')$$,
  '{insert}');

-- Zones: everybody sees all but others' drafts; control areas are the command's.
select history.let_units('jiantu.zone',
  $$state <> 'draft' or unit_id = any((select jiantu.my_units())::bigint[])
    or (kind = 'site' and project_id = any((select jiantu.my_projects())::bigint[]))$$,
  $$unit_id = any((select jiantu.my_editable_units())::bigint[])
    or (kind = 'site' and project_id = any((select jiantu.my_editable_projects())::bigint[]))$$,
  '{insert,update}', '{}',
  $$kind <> 'control_area'
    and (kind <> 'site' or project_id = any((select jiantu.my_editable_projects())::bigint[]))
    and (unit_id is null or unit_id = any((select jiantu.my_editable_units())::bigint[]))
    and (parent_id is null or parent_id = any((select jiantu.my_editable_zones())::bigint[]))$$);
create policy unit_removes on jiantu.zone for delete to jiantu_unit
  using (state = 'draft' and id = any((select jiantu.my_editable_zones())::bigint[]));
grant delete on jiantu.zone to jiantu_unit;
select history.let_units_look_back('jiantu.zone',
  $$(row ->> 'id')::bigint = any((select jiantu.my_zones())::bigint[])$$);
select history.open_to_units('jiantu.zone_part', 'zone');
select history.open_to_units('jiantu.zone_hours', 'zone');
select history.let_units('jiantu.zone_link',
  'zone_id <> all((select jiantu.hidden_zones())::bigint[]) and other_id <> all((select jiantu.hidden_zones())::bigint[])',
  '(zone_id = any((select jiantu.my_editable_zones())::bigint[])'
  ' or other_id = any((select jiantu.my_editable_zones())::bigint[]))'
  ' and zone_id <> all((select jiantu.hidden_zones())::bigint[])'
  ' and other_id <> all((select jiantu.hidden_zones())::bigint[])', '{insert,update,delete}', '{}');
revoke update (other_id) on jiantu.zone_link from jiantu_unit;
select history.let_units_look_back('jiantu.zone_link',
  $$(row ->> 'zone_id')::bigint = any((select jiantu.my_zones())::bigint[])
    or (row ->> 'other_id')::bigint = any((select jiantu.my_zones())::bigint[])$$);

-- What follows of a part from its zone is the engine's to write, whoever moved the zone.
create policy engine_derives on jiantu.zone_part for update to jiantu_engine using (true) with check (true);
grant update (period, reach_m, shape_wide) on jiantu.zone_part to jiantu_engine;

-- Pairs: those in which the unit has a side. Answers: of its own sides.
select history.let_units('jiantu.overlap',
  '(zone_a = any((select jiantu.my_zones())::bigint[]) or zone_b = any((select jiantu.my_zones())::bigint[]))'
  ' and zone_a <> all((select jiantu.hidden_zones())::bigint[])'
  ' and zone_b <> all((select jiantu.hidden_zones())::bigint[])');
select history.let_units('jiantu.overlap_answer',
  'zone_a = any((select jiantu.my_zones())::bigint[]) or zone_b = any((select jiantu.my_zones())::bigint[])',
  'side_zone = any((select jiantu.my_editable_zones())::bigint[])', '{insert,update}', '{}');
revoke update (zone_a, zone_b, side_zone) on jiantu.overlap_answer from jiantu_unit;
select history.let_units_look_back('jiantu.overlap_answer',
  $$(row ->> 'zone_a')::bigint = any((select jiantu.my_zones())::bigint[])
    or (row ->> 'zone_b')::bigint = any((select jiantu.my_zones())::bigint[])$$);
select history.let_units('jiantu.watch', 'zone_id = any((select jiantu.my_zones())::bigint[])');
select history.open_to_units('jiantu.diversion_effect', 'zone', '{}');

-- Cases: those in which the unit has a side; it speaks in its own name, and the command alone writes minutes.
select history.let_units('jiantu.case_pair',
  '(zone_a = any((select jiantu.my_zones())::bigint[]) or zone_b = any((select jiantu.my_zones())::bigint[]))'
  ' and zone_a <> all((select jiantu.hidden_zones())::bigint[])'
  ' and zone_b <> all((select jiantu.hidden_zones())::bigint[])');
select history.let_units('jiantu.coordination_case', 'id = any((select jiantu.my_cases())::bigint[])');
select history.let_units('jiantu.case_message',
  'case_id = any((select jiantu.my_cases())::bigint[])',
  'case_id = any((select jiantu.my_cases())::bigint[])'
  ' and unit_id = any((select jiantu.my_editable_units())::bigint[])', '{insert}', '{}',
  $$kind <> 'minutes' and not by_command$$);
select history.let_units('jiantu.case_minutes', 'case_id = any((select jiantu.my_cases())::bigint[])');
select history.let_units_look_back(format('jiantu.%I', t)::regclass,
  $$(row ->> 'case_id')::bigint = any((select jiantu.my_cases())::bigint[])$$)
from unnest(array['case_message', 'case_minutes']) t;

-- The year's dig plan: its searches are read by all, a shift is answered by the unit whose work would move.
select history.open_to_units('jiantu.coordination_run', 'read');
select history.open_to_units('jiantu.proposed_shift', 'unit', '{update}',
  '{run_id,work_id,shift_days,from_first_on,from_last_on,seen_version,reasons}');

-- Accounts: administrators keep them all, a unit's administrator those of his unit; the gate knows the passwords.
do $$
declare
  name text;
begin
  foreach name in array array[
    'account', 'membership', 'account_session', 'sign_in_attempt', 'one_time_link', 'server_secret'
  ] loop
    execute format('alter table jiantu.%I enable row level security', name);
    execute format('alter table jiantu.%I force row level security', name);
    execute format('create policy owner_all on jiantu.%I to jiantu_owner using (true) with check (true)', name);
    execute format('create policy gate_all on jiantu.%I to jiantu_gate using (true) with check (true)', name);
  end loop;
end $$;
grant select on jiantu.account, jiantu.membership to jiantu_gate;
grant update (password_hash, password_changed_at, must_change_password) on jiantu.account to jiantu_gate;
grant select, insert, update, delete on jiantu.account_session, jiantu.sign_in_attempt to jiantu_gate;
grant select, insert on jiantu.server_secret to jiantu_gate;
grant select on jiantu.one_time_link to jiantu_gate;
grant update (used_at) on jiantu.one_time_link to jiantu_gate;
create policy gate_reads on jiantu.unit for select to jiantu_gate using (true);
grant select on jiantu.unit to jiantu_gate;
create policy gate_reads on jiantu.city for select to jiantu_gate using (true);
grant select on jiantu.city to jiantu_gate;

create policy admin_all on jiantu.account to jiantu_admin using (true) with check (true);
create policy staff_reads on jiantu.account for select to jiantu_leader, jiantu_command using (true);
create policy unit_reads on jiantu.account for select to jiantu_unit
  using (id = any((select jiantu.my_colleagues())::bigint[])
    or kept_by_unit_id = any((select jiantu.my_administered_units())::bigint[]));
create policy unit_adds on jiantu.account for insert to jiantu_unit
  with check (staff_role = 'none' and kept_by_unit_id = any((select jiantu.my_administered_units())::bigint[]));
create policy unit_changes on jiantu.account for update to jiantu_unit
  using (staff_role = 'none' and kept_by_unit_id = any((select jiantu.my_administered_units())::bigint[]))
  with check (staff_role = 'none' and kept_by_unit_id = any((select jiantu.my_administered_units())::bigint[]));
grant select (id, version, name, display_name, staff_role, active, password_changed_at, must_change_password, kept_by_unit_id)
  on jiantu.account to jiantu_admin, jiantu_leader, jiantu_command, jiantu_unit;
grant insert (name, display_name, staff_role, active, must_change_password, kept_by_unit_id),
  update (display_name, staff_role, active, must_change_password, kept_by_unit_id) on jiantu.account to jiantu_admin;
grant insert (name, display_name, kept_by_unit_id), update (display_name, active, must_change_password)
  on jiantu.account to jiantu_unit;

create policy admin_all on jiantu.membership to jiantu_admin using (true) with check (true);
create policy staff_reads on jiantu.membership for select to jiantu_leader, jiantu_command using (true);
create policy unit_reads on jiantu.membership for select to jiantu_unit
  using (unit_id = any((select jiantu.my_units())::bigint[]));
create policy unit_adds on jiantu.membership for insert to jiantu_unit
  with check (unit_id = any((select jiantu.my_administered_units())::bigint[])
    and account_id = any((select jiantu.my_colleagues())::bigint[]));
create policy unit_changes on jiantu.membership for update to jiantu_unit
  using (unit_id = any((select jiantu.my_administered_units())::bigint[]))
  with check (unit_id = any((select jiantu.my_administered_units())::bigint[]));
create policy unit_removes on jiantu.membership for delete to jiantu_unit
  using (unit_id = any((select jiantu.my_administered_units())::bigint[]));
grant select on jiantu.membership to jiantu_admin, jiantu_leader, jiantu_command, jiantu_unit;
grant insert, update (role), delete on jiantu.membership to jiantu_admin;
grant insert (account_id, unit_id, role), update (role), delete on jiantu.membership to jiantu_unit;

create policy admin_all on jiantu.one_time_link to jiantu_admin using (true) with check (true);
create policy unit_reads on jiantu.one_time_link for select to jiantu_unit
  using (account_id = any((select jiantu.my_kept_accounts())::bigint[]));
create policy unit_adds on jiantu.one_time_link for insert to jiantu_unit
  with check (account_id = any((select jiantu.my_kept_accounts())::bigint[]));
grant select (id, account_id, purpose, made_at, made_by, expires_at, used_at) on jiantu.one_time_link
  to jiantu_admin, jiantu_unit;
grant insert (account_id, token_hash, purpose, made_at, made_by, expires_at) on jiantu.one_time_link
  to jiantu_admin, jiantu_unit;

create policy admin_reads on jiantu.sign_in_attempt for select to jiantu_admin using (true);
grant select on jiantu.sign_in_attempt to jiantu_admin;
create policy admin_ends on jiantu.account_session to jiantu_admin using (true) with check (true);
grant select (id, account_id, opened_at, used_at, expires_at, address), delete on jiantu.account_session to jiantu_admin;

select history.track('jiantu.account', 'id', '{password_hash}');
select history.track('jiantu.membership', 'id', '{}');
alter policy staff_reads on history.account_version to jiantu_admin;
revoke select on history.account_version from jiantu_leader, jiantu_command, jiantu_engine;

-- Nothing is anybody's by default.
grant select on jiantu.project_name, jiantu.account_name to jiantu_leader, jiantu_command, jiantu_admin, jiantu_unit;
revoke execute on all functions in schema jiantu, history from public;
grant execute on function
  jiantu.my_account(), jiantu.my_units(), jiantu.my_editable_units(), jiantu.my_administered_units(), jiantu.is_member(),
  jiantu.my_projects(), jiantu.my_editable_projects(), jiantu.my_zones(), jiantu.my_editable_zones(),
  jiantu.hidden_zones(), jiantu.reserved_causes(), jiantu.my_plans(), jiantu.my_editable_plans(),
  jiantu.my_cases(), jiantu.my_kept_accounts(), jiantu.my_colleagues()
  to jiantu_unit;
grant execute on function
  history.changed_since(regclass, name, text[]), history.undo_inserts(regclass, name, text[]),
  history.undo_changes(regclass, name, text[])
  to jiantu_command;
alter default privileges revoke execute on functions from public;
