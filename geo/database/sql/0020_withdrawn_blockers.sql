-- Blockers that a unit may still take back. Runs as jiantu_owner.
--
-- All that was ever written about it was written by people who edit for the unit, and it was raised within a day. That
-- the day has not ended says geo.changes.blockers, which knows the city's; this is the bound that no page can widen.

create function jiantu.my_fresh_blockers() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(b.id), '{}') from jiantu.blocker b
  where b.project_id = any((select jiantu.my_editable_projects())::bigint[])
    and b.cause <> all((select jiantu.reserved_causes())::text[])
    and exists (
      select from history.blocker_version v
      where v.id = b.id and v.version = 1 and v.op = 'I' and lower(v.valid) > now() - interval '1 day')
    and not exists (
      select from history.blocker_version v
      where v.id = b.id and v.actor <> all (
        select 'unit:' || m.account_id from jiantu.membership m
        where m.unit_id = any((select jiantu.my_editable_units())::bigint[])))
$$;

create policy unit_removes on jiantu.blocker for delete to jiantu_unit
  using (project_id = any((select jiantu.my_editable_projects())::bigint[])
    and id = any((select jiantu.my_fresh_blockers())::bigint[]));
grant delete on jiantu.blocker to jiantu_unit;
grant execute on function jiantu.my_fresh_blockers() to jiantu_unit;
