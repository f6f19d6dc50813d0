-- What the database said at any moment. Runs as jiantu_owner. See docs/history.md.
--
-- A table that is kept has a twin `history.<table>_kept` with the same columns, which holds every row that the table
-- ever had and from when until when it had it, and a view `moment.<table>` of the rows at the session's moment.
-- Derived tables (lamps, pairs, watches) are kept like records: what was answered then is read, not judged again.

-- One row for each transaction that changed something kept: what it wrote counts from its end on, not from when it was
-- written, so that no moment shows half of a change. Numbers are the database's own; they survive a dump and a restore.
create table history.change (
  id bigint generated always as identity primary key,
  began_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz not null default 'infinity'
);
create index change_under_way on history.change using gist (tstzrange(began_at, ended_at));
alter table history.change enable row level security;
alter table history.change force row level security;
create policy owner_writes on history.change to jiantu_owner using (true) with check (true);

create function history.this_change() returns bigint
language plpgsql security definer set search_path = pg_catalog as $$
declare
  made text := nullif(current_setting('app.change', true), '');
begin
  if made is null then
    insert into history.change default values returning id::text into made;
    perform set_config('app.change', made, true);
  end if;
  return made::bigint;
end $$;

create function history.end_change() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  update history.change set ended_at = clock_timestamp() where id = new.id;
  return null;
end $$;
create constraint trigger ends after insert on history.change deferrable initially deferred
  for each row execute function history.end_change();

-- The moment at which this session looks; none: nothing is seen.
create function history.moment() returns timestamptz language sql stable set search_path = pg_catalog as $$
  select coalesce(nullif(current_setting('app.as_of', true), '')::timestamptz, 'infinity')
$$;

-- Changes that had begun and not ended at that moment: nobody saw them yet.
create function history.under_way() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(c.id), '{}') from history.change c
  where tstzrange(c.began_at, c.ended_at) @> (select history.moment())
$$;

-- The last moment before an instant at which a change was written, and the first after it, at which no change that was
-- under way at that instant is half done.
create function history.moments_round(instant timestamptz, out before timestamptz, out after timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(min(c.began_at), instant) - interval '1 us', coalesce(max(c.ended_at), instant)
  from history.change c where tstzrange(c.began_at, c.ended_at, '[]') @> instant
$$;

-- The first moment of which anything is known.
create function history.first_moment() returns timestamptz
language sql stable security definer set search_path = pg_catalog as $$
  select c.ended_at from history.change c order by c.id limit 1
$$;

-- Zones that nobody but their owner may see, now or at the moment.
create function history.hidden_zones() returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  return (select jiantu.hidden_zones()) || (
    select coalesce(array_agg(k.id), '{}') from history.zone_kept k
    where k.state = 'draft'
      and k.valid_from <= (select history.moment()) and k.made_in + 0 <> all ((select history.under_way())::bigint[])
      and (k.valid_until > (select history.moment()) or k.ended_in = any ((select history.under_way())::bigint[]))
      and not coalesce(k.unit_id = any((select jiantu.my_units())::bigint[]), false)
      and not coalesce(k.kind = 'site' and k.project_id = any((select jiantu.my_projects())::bigint[]), false));
end $$;

-- Write the functions that keep a table's rows and the view of them, for the columns the table has now. A migration
-- that gives a kept table another column calls this again.
create function history.keep_row_columns(kept regclass, key name) returns void
language plpgsql set search_path = pg_catalog, public as $body$
declare
  plain name := (select relname from pg_class where oid = kept);
  twin text := format('history.%I', plain || '_kept');
  missing record;
  cols text;
  news text;
begin
  for missing in
    select attname, format_type(atttypid, atttypmod) as kind from pg_attribute a
    where attrelid = kept and attnum > 0 and not attisdropped
      and not exists (select from pg_attribute t
        where t.attrelid = twin::regclass and t.attname = a.attname and not t.attisdropped)
  loop
    execute format('alter table %s add column %I %s', twin, missing.attname, missing.kind);
  end loop;
  select string_agg(format('%I', attname), ', ' order by attnum), string_agg(format('n.%I', attname), ', ' order by attnum)
  into cols, news
  from pg_attribute where attrelid = kept and attnum > 0 and not attisdropped;

  -- A row that was written by this same change is replaced: nobody has seen it.
  execute format($sql$
    create or replace function history.%1$I() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $trigger$
    declare
      change bigint := history.this_change();
      at timestamptz := clock_timestamp();
    begin
      if tg_op = 'INSERT' then
        insert into %2$s (%4$s, valid_from, made_in) select %5$s, at, change from new_rows n;
      elsif tg_op = 'UPDATE' then
        delete from %2$s k using old_rows o join new_rows n on n.%3$I = o.%3$I
        where k.%3$I = o.%3$I and k.valid_until = 'infinity' and k.made_in = change and o is distinct from n;
        update %2$s k set valid_until = greatest(at, k.valid_from), ended_in = change
        from old_rows o join new_rows n on n.%3$I = o.%3$I
        where k.%3$I = o.%3$I and k.valid_until = 'infinity' and o is distinct from n;
        insert into %2$s (%4$s, valid_from, made_in)
        select %5$s, at, change from old_rows o join new_rows n on n.%3$I = o.%3$I where o is distinct from n;
      else
        delete from %2$s k using old_rows o
        where k.%3$I = o.%3$I and k.valid_until = 'infinity' and k.made_in = change;
        update %2$s k set valid_until = greatest(at, k.valid_from), ended_in = change
        from old_rows o where k.%3$I = o.%3$I and k.valid_until = 'infinity';
      end if;
      return null;
    end $trigger$ $sql$, plain || '_keep', twin, key, cols, news);

  -- The sum keeps the planner from taking a table that was filled at once (one change made all rows) for an empty one.
  execute format($sql$
    create or replace view moment.%1$I with (security_invoker = true) as
    select %2$s from %3$s k
    where k.valid_from <= (select history.moment()) and k.made_in + 0 <> all ((select history.under_way())::bigint[])
      and (k.valid_until > (select history.moment()) or k.ended_in = any ((select history.under_way())::bigint[]))
    $sql$, plain, cols, twin);
end $body$;

-- Who sees the rows of a twin: whoever sees those of the table, by the same words. `for_units` stands in their place
-- where a unit would by values of the past see what today is another's.
create function history.copy_reading(kept regclass, for_units text default null) returns void
language plpgsql set search_path = pg_catalog as $body$
declare
  plain name := (select relname from pg_class where oid = kept);
  twin text := format('history.%I', plain || '_kept');
  known record;
begin
  for known in select polname from pg_policy where polrelid = twin::regclass and polname <> 'owner_all' loop
    execute format('drop policy %I on %s', known.polname, twin);
  end loop;
  execute format('create policy staff_reads on %s for select to jiantu_leader, jiantu_command, jiantu_admin using (true)', twin);
  execute format('grant select on %s, moment.%I to jiantu_leader, jiantu_command, jiantu_admin', twin, plain);
  for known in
    select pg_get_expr(polqual, polrelid) as reads from pg_policy
    where polrelid = kept and polname = 'unit_reads' and polcmd = 'r'
  loop
    execute format('create policy unit_reads on %s for select to jiantu_unit using (%s)', twin,
      coalesce('(select jiantu.is_member()) and (' || for_units || ')',
        replace(known.reads, 'jiantu.hidden_zones()', 'history.hidden_zones()')));
    execute format('grant select on %s, moment.%I to jiantu_unit', twin, plain);
  end loop;
end $body$;

-- Keep every row of a table from now on, the present ones among them.
create function history.keep_rows(kept regclass, key name, for_units text default null) returns void
language plpgsql set search_path = pg_catalog, public as $body$
declare
  plain name := (select relname from pg_class where oid = kept);
  twin text := format('history.%I', plain || '_kept');
  cols text := (select string_agg(format('%I', attname), ', ' order by attnum) from pg_attribute
    where attrelid = kept and attnum > 0 and not attisdropped);
  found record;
begin
  execute format('create table %s (like %s)', twin, kept);
  execute format('alter table %s add valid_from timestamptz not null, add valid_until timestamptz not null default ''infinity'','
    ' add made_in bigint not null, add ended_in bigint', twin);
  execute format('alter table %s enable row level security; alter table %s force row level security;', twin, twin);
  execute format('create policy owner_all on %s to jiantu_owner using (true) with check (true)', twin);
  perform history.keep_row_columns(kept, key);
  perform history.copy_reading(kept, for_units);
  execute format('insert into %s (%s, valid_from, made_in) select %s, clock_timestamp(), history.this_change() from %s',
    twin, cols, cols, kept);
  execute format('create index on %s (%I, valid_until)', twin, key);
  execute format('create index on %s (ended_in) where ended_in is not null', twin);
  -- What leads to rows of the table leads to rows of its twin.
  for found in
    select a.attname, am.amname from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am am on am.oid = c.relam
    join pg_attribute a on a.attrelid = kept and a.attnum = i.indkey[0]
    where i.indrelid = kept and i.indpred is null and i.indexprs is null and a.attname <> key
      and (am.amname = 'btree' or a.attname = 'days')
    group by 1, 2 order by 1, 2
  loop
    execute format('create index on %s using %I (%I)', twin, found.amname, found.attname);
  end loop;
  -- By their names they come before those that write versions, so that a change begins before all that it wrote.
  execute format($sql$
    create trigger change_insert after insert on %1$s referencing new table as new_rows
      for each statement execute function history.%2$I();
    create trigger change_update after update on %1$s referencing old table as old_rows new table as new_rows
      for each statement execute function history.%2$I();
    create trigger change_delete after delete on %1$s referencing old table as old_rows
      for each statement execute function history.%2$I();
  $sql$, kept, plain || '_keep');
end $body$;

-- Zones first: what hides them is asked by the policies of others.
select history.keep_rows('jiantu.zone', 'id',
  $$(state <> 'draft' or unit_id = any((select jiantu.my_units())::bigint[])
      or (kind = 'site' and project_id = any((select jiantu.my_projects())::bigint[])))
    and id <> all((select history.hidden_zones())::bigint[])$$);
select history.keep_rows(format('jiantu.%I', t)::regclass, 'id')
from unnest(array['zone_part', 'zone_hours', 'zone_link', 'overlap', 'watch']) t;
select history.keep_rows('jiantu.diversion_effect', 'zone_id');
-- By today's rules: who leads a project today sees its past, who led it once does not.
select history.keep_rows('jiantu.project', 'id', $$id = any((select jiantu.my_projects())::bigint[])$$);
select history.keep_rows('jiantu.blocker', 'id',
  $$project_id = any((select jiantu.my_projects())::bigint[]) or id in (select b.id from jiantu.blocker b)$$);
select history.keep_rows(format('jiantu.%I', t)::regclass, 'id')
from unnest(array[
  'project_district', 'plan_version', 'plan_month', 'plan_year', 'milestone', 'progress_report', 'procedure',
  'funding_line', 'land_status', 'suspension', 'status_span', 'attachment', 'photo',
  'unit', 'leader', 'district', 'rules_version', 'calendar_day', 'pause', 'ladder_step'
]) t;

-- What everybody on the staff may know of any project: what it was called.
create view moment.project_name with (security_barrier) as
  select id, code, name, name_en, parent_id, lead_unit_id from history.project_kept k
  where k.valid_from <= (select history.moment()) and k.made_in + 0 <> all ((select history.under_way())::bigint[])
    and (k.valid_until > (select history.moment()) or k.ended_in = any ((select history.under_way())::bigint[]));
create view moment.account_name with (security_barrier) as select id, display_name from jiantu.account;
grant select on moment.project_name, moment.account_name to jiantu_leader, jiantu_command, jiantu_admin, jiantu_unit;

-- What is read as it is now at whatever moment: the words of code lists, the ground, and how often layers changed.
do $$
declare
  name text;
begin
  foreach name in array array[
    'category', 'nature', 'cause', 'utility', 'unit_kind', 'procedure_kind', 'funding_source', 'relocation_step',
    'permit_step', 'dig_plan_state', 'road_class', 'operation', 'city', 'ground', 'road', 'pavement', 'revision'
  ] loop
    execute format('create view moment.%I with (security_invoker = true) as select * from jiantu.%I', name, name);
    execute format(
      'grant select on moment.%I to jiantu_leader, jiantu_command, jiantu_admin, jiantu_unit', name);
  end loop;
end $$;

revoke execute on all functions in schema history from public;
grant execute on function history.moment(), history.under_way(), history.hidden_zones()
  to jiantu_unit, jiantu_leader, jiantu_command, jiantu_admin;
grant execute on function history.moments_round(timestamptz), history.first_moment()
  to jiantu_unit, jiantu_leader, jiantu_command, jiantu_admin;
