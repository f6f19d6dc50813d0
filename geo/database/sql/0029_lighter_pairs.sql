-- Pairs refer to zones as a foreign key would see to it, for all rows of a statement at once. Runs as jiantu_owner.
--
-- Whoever writes pairs, and whoever takes zones away, holds the lock on overlaps to the end of his transaction: so no
-- zone goes while its pairs are written unseen. Statements of a trigger see what the last holder left.

create function jiantu.pairs_have_zones() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  missing bigint;
begin
  perform pg_advisory_xact_lock(7401928);
  select t.id into missing
  from (select n.zone_a as id from new_rows n union select n.zone_b from new_rows n) t
  where not exists (select from jiantu.zone z where z.id = t.id)
  limit 1;
  if found then
    raise foreign_key_violation using message = format('pairs of zone %s, which is not there', missing);
  end if;
  return null;
end $$;

create function jiantu.pairs_go_with_zones() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(7401928);
  delete from jiantu.overlap o using old_rows z where o.zone_a = z.id;
  delete from jiantu.overlap o using old_rows z where o.zone_b = z.id;
  return null;
end $$;

create function jiantu.pairs_keep_zones() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  raise foreign_key_violation using message = 'a pair is of the two zones that it was found between';
end $$;

revoke execute on function jiantu.pairs_have_zones(), jiantu.pairs_go_with_zones(), jiantu.pairs_keep_zones()
  from public;

create trigger zones_there after insert on jiantu.overlap referencing new table as new_rows
  for each statement execute function jiantu.pairs_have_zones();
create trigger zones_stay before update of zone_a, zone_b on jiantu.overlap
  for each row when ((old.zone_a, old.zone_b) is distinct from (new.zone_a, new.zone_b))
  execute function jiantu.pairs_keep_zones();
create trigger pairs_go after delete on jiantu.zone referencing old table as old_rows
  for each statement execute function jiantu.pairs_go_with_zones();

-- As in 0015_moments.sql, but that a statement which wrote no row leaves no trace and costs next to nothing: most of
-- what keeps pairs and watches true finds them as they are.
create or replace function history.keep_row_columns(kept regclass, key name) returns void
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
      change bigint;
      at timestamptz := clock_timestamp();
    begin
      if tg_op = 'DELETE' then
        if not exists (select from old_rows) then return null; end if;
      elsif not exists (select from new_rows) then return null;
      end if;
      change := history.this_change();
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

drop view moment.overlap;
alter table jiantu.overlap drop column shape;
alter table history.overlap_kept drop column shape;
select history.keep_row_columns(format('jiantu.%I', left(relname, -5))::regclass,
  case relname when 'diversion_effect_kept' then 'zone_id' else 'id' end)
from pg_class where relnamespace = 'history'::regnamespace and relkind = 'r' and relname like '%\_kept';
select history.copy_reading('jiantu.overlap');
drop index history.overlap_kept_days_idx;
