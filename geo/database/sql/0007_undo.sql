-- Undoing what was done under certain request ids, table by table, from the history. Runs as jiantu_owner.

-- Rows that were changed again, by something else, after a change of these requests.
create function history.changed_since(tracked regclass, key name, requests text[]) returns setof text
language plpgsql stable set search_path = pg_catalog, public as $body$
declare
  versions text := format('history.%I', (select relname from pg_class where oid = tracked) || '_version');
begin
  return query execute format($sql$
    with ours as (select v.id, min(v.version) as first_version from %1$s v where v.request_id = any ($1) group by v.id)
    select distinct v.id::text from %1$s v join ours o on o.id = v.id
    where v.version > o.first_version and (v.request_id is null or v.request_id <> all ($1))
    $sql$, versions) using requests;
end $body$;

-- Remove the rows that these requests made; gives their ids.
create function history.undo_inserts(tracked regclass, key name, requests text[]) returns setof text
language plpgsql set search_path = pg_catalog, public as $body$
declare
  versions text := format('history.%I', (select relname from pg_class where oid = tracked) || '_version');
begin
  return query execute format($sql$
    with ours as (
      select v.id, min(v.version) as first_version from %1$s v where v.request_id = any ($1) group by v.id)
    delete from %2$s t using ours o
    where t.%3$I = o.id
      and exists (select from %1$s v where v.id = o.id and v.version = o.first_version and v.op = 'I')
    returning t.%3$I::text
    $sql$, versions, tracked, key) using requests;
end $body$;

-- Bring the rows that these requests changed or removed back to what they were before; gives their ids. A shape brings
-- what follows of it along; a widened shape is made anew from a reach that is not known.
create function history.undo_changes(tracked regclass, key name, requests text[]) returns setof text
language plpgsql set search_path = pg_catalog, public as $body$
declare
  plain name := (select relname from pg_class where oid = tracked);
  versions text := format('history.%I', plain || '_version');
  shaped boolean := exists (
    select from pg_attribute where attrelid = tracked and attname = 'shape_metric' and not attisdropped);
  kept text := (
    select string_agg(format('%I', attname), ', ' order by attnum) from pg_attribute
    where attrelid = tracked and attnum > 0 and not attisdropped and attname not in ('version', key)
      and attgenerated = '' and not (shaped and attname in
        ('shape', 'shape_metric', 'shape_web', 'shape_wide', 'reach_m', 'period')));
  values_kept text := (
    select string_agg(format('r.%I', attname), ', ' order by attnum) from pg_attribute
    where attrelid = tracked and attnum > 0 and not attisdropped and attname not in ('version', key)
      and attgenerated = '' and not (shaped and attname in
        ('shape', 'shape_metric', 'shape_web', 'shape_wide', 'reach_m', 'period')));
  drawn text := '';
  values_drawn text := '';
  one record;
begin
  if shaped then
    for one in
      select attname, case attname
          when 'shape' then 'v.geom'
          when 'shape_web' then 'st_transform(v.geom, 3857)'
          when 'reach_m' then 'null::double precision'
          when 'period' then '''(,)''::daterange'
          else 'st_transform(v.geom, (select metric_srid from jiantu.city))' end as made
      from pg_attribute
      where attrelid = tracked and not attisdropped
        and attname in ('shape', 'shape_metric', 'shape_web', 'shape_wide', 'reach_m', 'period')
      order by attnum
    loop
      drawn := drawn || format(', %I', one.attname);
      values_drawn := values_drawn || ', ' || one.made;
    end loop;
  end if;
  return query execute format($sql$
    with ours as (
      select v.id, min(v.version) as first_version, max(v.version) as last_version
      from %1$s v where v.request_id = any ($1) group by v.id)
    update %2$s t set (%4$s%6$s) = (select %5$s%7$s from jsonb_populate_record(null::%2$s, v.row) r)
    from ours o join %1$s v on v.id = o.id and v.version = o.first_version - 1 and v.op <> 'D'
    where t.%3$I = o.id
    returning t.%3$I::text
    $sql$, versions, tracked, key, kept, values_kept, drawn, values_drawn) using requests;
  return query execute format($sql$
    with ours as (
      select v.id, min(v.version) as first_version, max(v.version) as last_version
      from %1$s v where v.request_id = any ($1) group by v.id)
    insert into %2$s (%4$s%6$s)
    select %5$s%7$s
    from ours o
    join %1$s d on d.id = o.id and d.version = o.last_version and d.op = 'D'
    join %1$s v on v.id = o.id and v.version = o.first_version - 1 and v.op <> 'D'
    cross join lateral jsonb_populate_record(null::%2$s, v.row) r
    returning %3$I::text
    $sql$, versions, tracked, key, kept, values_kept, drawn, values_drawn) using requests;
end $body$;

grant execute on function history.changed_since(regclass, name, text[]) to jiantu_command;
grant execute on function history.undo_inserts(regclass, name, text[]) to jiantu_command;
grant execute on function history.undo_changes(regclass, name, text[]) to jiantu_command;
