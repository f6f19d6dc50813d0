-- Parts of zones and watches, too, say themselves since when they stand, and only what has ended of them is copied: an
-- import writes its shapes once and not twice. Runs as jiantu_owner. See docs/history.md.

-- As before, but with what is asked of the rows outside of what puts both kinds together: only so are the rows of one
-- project or zone found by an index in either, whatever they are joined to.
create or replace function history.show_rows_since(kept regclass, for_units text default 'true') returns void
language plpgsql set search_path = pg_catalog as $body$
declare
  plain name := (select relname from pg_class where oid = kept);
  twin text := format('history.%I', plain || '_kept');
  cols text := (select string_agg(format('k.%I', attname), ', ' order by attnum) from pg_attribute
    where attrelid = kept and attnum > 0 and not attisdropped and attname not in ('made_at', 'made_in'));
begin
  execute format($sql$
    create or replace view moment.%1$I with (security_invoker = true) as
    select %2$s from (
      select %2$s, k.valid_from, k.valid_until, k.made_in, k.ended_in, false as stands from %3$s k
      union all
      select %2$s, k.made_at, timestamptz 'infinity', k.made_in, null::bigint, true from %4$s k
    ) k
    where k.valid_from <= (select history.moment()) and k.made_in + 0 <> all ((select history.under_way())::bigint[])
      and (k.valid_until > (select history.moment()) or k.ended_in = any ((select history.under_way())::bigint[]))
      and (not k.stands or (select current_user) <> 'jiantu_unit' or (%5$s))
    $sql$, plain, cols, twin, kept, for_units);
end $body$;

select history.show_rows_since('jiantu.status_span');
select history.show_rows_since('jiantu.overlap',
  $$zone_a <> all ((select history.hidden_zones())::bigint[]) and zone_b <> all ((select history.hidden_zones())::bigint[])$$);
select history.stand_in_rows('jiantu.watch', 'id',
  $$zone_id <> all ((select history.hidden_zones())::bigint[])$$);
select history.stand_in_rows('jiantu.zone_part', 'id',
  $$zone_id <> all ((select history.hidden_zones())::bigint[])$$);

-- Parts are written by people's roles, which do not say since when: the row does, whatever it is given.
alter table jiantu.zone_part alter made_at drop default, alter made_in drop default;
create trigger stands_since_now before insert on jiantu.zone_part for each row execute function history.stands_since();
