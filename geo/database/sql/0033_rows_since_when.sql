-- Pairs and lamps are made by the hundred thousand: their rows say themselves since when they stand, and only what has
-- ended is copied. Runs as jiantu_owner. See docs/history.md.

-- Of a row that is changed: it stands since now.
create function history.stands_since() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  new.made_at := clock_timestamp();
  new.made_in := history.this_change();
  return new;
end $$;

-- Write the view of a table's rows at the session's moment, where rows say themselves since when they stand: those that
-- have ended, and those that still stand. Of the latter a unit sees what the table's own policies say, and what holds for
-- units besides: what hides them at the moment, if that is more than what hides them now.
create function history.show_rows_since(kept regclass, for_units text default 'true') returns void
language plpgsql set search_path = pg_catalog as $body$
declare
  plain name := (select relname from pg_class where oid = kept);
  twin text := format('history.%I', plain || '_kept');
  cols text := (select string_agg(format('k.%I', attname), ', ' order by attnum) from pg_attribute
    where attrelid = kept and attnum > 0 and not attisdropped and attname not in ('made_at', 'made_in'));
begin
  execute format($sql$
    create or replace view moment.%1$I with (security_invoker = true) as
    select %2$s from %3$s k
    where k.valid_from <= (select history.moment()) and k.made_in + 0 <> all ((select history.under_way())::bigint[])
      and (k.valid_until > (select history.moment()) or k.ended_in = any ((select history.under_way())::bigint[]))
    union all
    select %2$s from %4$s k
    where k.made_at <= (select history.moment()) and k.made_in + 0 <> all ((select history.under_way())::bigint[])
      and ((select current_user) <> 'jiantu_unit' or (%5$s))
    $sql$, plain, cols, twin, kept, for_units);
end $body$;

-- Have the rows of a table that is kept say themselves since when they stand, from now on.
create function history.stand_in_rows(kept regclass, key name, for_units text default 'true') returns void
language plpgsql set search_path = pg_catalog, public as $body$
declare
  plain name := (select relname from pg_class where oid = kept);
  twin text := format('history.%I', plain || '_kept');
  cols text := (select string_agg(format('%I', attname), ', ' order by attnum) from pg_attribute
    where attrelid = kept and attnum > 0 and not attisdropped);
  olds text := (select string_agg(format('o.%I', attname), ', ' order by attnum) from pg_attribute
    where attrelid = kept and attnum > 0 and not attisdropped);
begin
  execute format('alter table %s add made_at timestamptz, add made_in bigint', kept);
  execute format('drop trigger change_insert on %1$s', kept);
  execute format('alter table %s disable trigger user', kept);
  execute format('update %1$s t set made_at = k.valid_from, made_in = k.made_in from %2$s k'
    ' where k.%3$I = t.%3$I and k.valid_until = ''infinity''', kept, twin, key);
  execute format('alter table %s enable trigger user', kept);
  execute format('delete from %s where valid_until = ''infinity''', twin);
  execute format('alter table %s alter made_at set not null, alter made_at set default clock_timestamp(),'
    ' alter made_in set not null, alter made_in set default history.this_change()', kept);
  execute format('create trigger stands_since before update on %s for each row'
    ' when (old is distinct from new) execute function history.stands_since()', kept);

  -- A row that was written by this same change is not kept: nobody has seen it.
  execute format($sql$
    create or replace function history.%1$I() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $trigger$
    declare
      change bigint;
      at timestamptz := clock_timestamp();
    begin
      if not exists (select from old_rows) then return null; end if;
      change := history.this_change();
      if tg_op = 'UPDATE' then
        insert into %2$s (%4$s, valid_from, valid_until, made_in, ended_in)
        select %5$s, o.made_at, greatest(at, o.made_at), o.made_in, change
        from old_rows o join new_rows n on n.%3$I = o.%3$I where o.made_in <> change and o is distinct from n;
      else
        insert into %2$s (%4$s, valid_from, valid_until, made_in, ended_in)
        select %5$s, o.made_at, greatest(at, o.made_at), o.made_in, change from old_rows o where o.made_in <> change;
      end if;
      return null;
    end $trigger$ $sql$, plain || '_keep', twin, key, cols, olds);
  perform history.show_rows_since(kept, for_units);
end $body$;

revoke execute on function history.stands_since(), history.show_rows_since(regclass, text),
  history.stand_in_rows(regclass, name, text) from public;
grant execute on function history.this_change() to jiantu_engine;
select history.stand_in_rows('jiantu.overlap', 'id',
  $$zone_a <> all ((select history.hidden_zones())::bigint[]) and zone_b <> all ((select history.hidden_zones())::bigint[])$$);
select history.stand_in_rows('jiantu.status_span', 'id');
