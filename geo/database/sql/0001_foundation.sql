-- Schemas, history and the functions that tables lean on. Runs as jiantu_owner, before the tables are made.

-- The actor of the present transaction; a change without one is refused.
create function history.actor() returns text language plpgsql stable set search_path = pg_catalog as $$
declare
  name text := nullif(current_setting('app.actor', true), '');
begin
  if name is null then
    raise exception 'a change without an actor' using errcode = 'insufficient_privilege';
  end if;
  return name;
end $$;

create function history.refuse_truncate() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'table % keeps its history and cannot be truncated', tg_table_name
    using errcode = 'insufficient_privilege';
end $$;

-- Write the functions that keep a table's versions, for the columns it has now. A migration that gives a tracked table
-- another column calls this again; without it the column would have no history and raise no version.
-- Version rows are written by statement triggers with transition tables, so that a bulk insert of 100,000 rows costs
-- one statement and not 100,000.
create function history.keep_columns(tracked regclass, key name, derived name[]) returns void
language plpgsql set search_path = pg_catalog, public as $body$
declare
  plain name := (select relname from pg_class where oid = tracked);
  versions text := format('history.%I', plain || '_version');
  kept name[] := (
    select array_agg(attname order by attnum) from pg_attribute
    where attrelid = tracked and attnum > 0 and not attisdropped and attname <> all (derived));
  words text := (select string_agg(format('r.%I', c), ', ') from unnest(kept) c where c <> 'shape');
  olds text := (select string_agg(format('old.%I', c), ', ') from unnest(kept) c where c <> 'version');
  news text := (select string_agg(format('new.%I', c), ', ') from unnest(kept) c where c <> 'version');
  shape text := case when 'shape' = any (kept) then 'r.shape' else 'null::geometry' end;
begin
  execute format($sql$
    create or replace function history.%1$I() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $trigger$
    declare
      who text := history.actor();
      as_role text := coalesce(nullif(current_setting('role', true), 'none'), session_user);
      request text := nullif(current_setting('app.request_id', true), '');
      at timestamptz := clock_timestamp();
    begin
      if tg_op = 'INSERT' then
        -- A row that comes back after it was taken away has a version above 1; it ends its tombstone.
        update %2$s v set valid = tstzrange(lower(v.valid), greatest(at, lower(v.valid) + interval '1 us'))
        from new_rows r where r.version > 1 and v.id = r.%3$I and upper_inf(v.valid);
        insert into %2$s
        select r.%3$I, r.version, 'I',
               tstzrange(case when r.version = 1 then at else coalesce(
                 (select max(upper(v.valid)) from %2$s v where v.id = r.%3$I), at) end, null),
               who, as_role, request,
               (select to_jsonb(k) from (select %4$s) k), %5$s
        from new_rows r;
      elsif tg_op = 'UPDATE' then
        update %2$s v set valid = tstzrange(lower(v.valid), greatest(at, lower(v.valid) + interval '1 us'))
        from new_rows r where v.id = r.%3$I and upper_inf(v.valid) and v.version <> r.version;
        insert into %2$s
        select r.%3$I, r.version, 'U',
               tstzrange(coalesce((select max(upper(v.valid)) from %2$s v where v.id = r.%3$I), at), null),
               who, as_role, request, (select to_jsonb(k) from (select %4$s) k), %5$s
        from new_rows r
        where not exists (select from %2$s v where v.id = r.%3$I and v.version = r.version and v.op <> 'D');
      else
        update %2$s v set valid = tstzrange(lower(v.valid), greatest(at, lower(v.valid) + interval '1 us'))
        from old_rows r where v.id = r.%3$I and upper_inf(v.valid);
        insert into %2$s
        select r.%3$I, r.version + 1, 'D',
               tstzrange(coalesce((select max(upper(v.valid)) from %2$s v where v.id = r.%3$I), at), null),
               who, as_role, request, (select to_jsonb(k) from (select %4$s) k), %5$s
        from old_rows r;
      end if;
      return null;
    end $trigger$ $sql$, plain || '_history', versions, key, words, shape);

  -- The version rises when something that is kept changed, and only then; nobody sets it by hand.
  execute format($sql$
    create or replace function history.%1$I() returns trigger
    language plpgsql set search_path = pg_catalog, public as $trigger$
    begin
      new.version := old.version + case when (%2$s) is distinct from (%3$s) then 1 else 0 end;
      return new;
    end $trigger$;
  $sql$, plain || '_version_raise', olds, news);
end $body$;

-- Keep every version of the rows of a table, from now on.
--   key: the column that names a row; derived: columns that are computed from others and are not kept.
create function history.track(tracked regclass, key name, derived name[]) returns void
language plpgsql set search_path = pg_catalog, public as $body$
declare
  plain name := (select relname from pg_class where oid = tracked);
  versions text := format('history.%I', plain || '_version');
  key_type text := (
    select format_type(atttypid, atttypmod) from pg_attribute where attrelid = tracked and attname = key);
begin
  execute format($sql$
    create table %s (
      id %s not null,
      version integer not null,
      op "char" not null check (op in ('I', 'U', 'D')),
      valid tstzrange not null,
      actor text not null,
      role text not null,
      request_id text,
      row jsonb not null,
      geom geometry,
      exclude using gist (id with =, valid with &&)
    )$sql$, versions, key_type);

  perform history.keep_columns(tracked, key, derived);
  execute format($sql$
    create trigger history_insert after insert on %1$s referencing new table as new_rows
      for each statement execute function history.%2$I();
    create trigger history_update after update on %1$s referencing new table as new_rows
      for each statement execute function history.%2$I();
    create trigger history_delete after delete on %1$s referencing old table as old_rows
      for each statement execute function history.%2$I();
    create trigger history_truncate before truncate on %1$s
      for each statement execute function history.refuse_truncate();
    create trigger version before update on %1$s for each row execute function history.%3$I();
  $sql$, tracked, plain || '_history', plain || '_version_raise');

  execute format('alter table %s enable row level security; alter table %s force row level security;',
                 versions, versions);
  execute format('create policy owner_writes on %s to jiantu_owner using (true) with check (true)', versions);
  execute format('create policy staff_reads on %s for select to jiantu_leader, jiantu_command using (true)', versions);
  execute format('grant select on %s to jiantu_leader, jiantu_command', versions);
end $body$;

-- Who may do what with a table: everybody on the staff reads, the command writes records, the engine writes derived rows.
create function history.protect(protected regclass, written_by name) returns void
language plpgsql set search_path = pg_catalog, public as $body$
begin
  execute format('alter table %s enable row level security; alter table %s force row level security;',
                 protected, protected);
  execute format('create policy owner_all on %s to jiantu_owner using (true) with check (true)', protected);
  execute format(
    'create policy staff_reads on %s for select to jiantu_leader, jiantu_command, jiantu_engine using (true)', protected);
  execute format('grant select on %s to jiantu_leader, jiantu_command, jiantu_engine', protected);
  if written_by is not null then
    execute format('create policy writes on %s to %I using (true) with check (true)', protected, written_by);
    execute format('grant insert, update, delete on %s to %I', protected, written_by);
  end if;
end $body$;
