-- Blockers that a unit took back by mistake and may bring back. Runs as jiantu_owner.
--
-- The same bound as for taking them back: all that was ever written about it was written by people who edit for the
-- unit, within a day. The row comes back as it was last, under its id, and its history goes on; a unit has no grant to
-- name either by itself.

create function jiantu.my_withdrawn_blockers() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(t.id), '{}') from history.blocker_version t
  where t.op = 'D' and upper_inf(t.valid) and lower(t.valid) > now() - interval '1 day'
    and (t.row ->> 'project_id')::bigint = any((select jiantu.my_editable_projects())::bigint[])
    and t.row ->> 'cause' <> all((select jiantu.reserved_causes())::text[])
    and not exists (
      select from history.blocker_version v
      where v.id = t.id and v.actor <> all (
        select 'unit:' || m.account_id from jiantu.membership m
        where m.unit_id = any((select jiantu.my_editable_units())::bigint[])))
$$;

-- Bring one back whose tombstone was read; its version from now on, null when it is not there to be brought back.
create function jiantu.bring_back_blocker(blocker bigint, seen integer) returns integer
language sql volatile security definer set search_path = pg_catalog as $$
  insert into jiantu.blocker
  select k.*
  from history.blocker_version t
  cross join lateral jsonb_populate_record(
    null::jiantu.blocker, t.row || jsonb_build_object('version', t.version + 1)) k
  where t.id = blocker and t.version = seen and t.op = 'D' and upper_inf(t.valid)
    and t.id = any((select jiantu.my_withdrawn_blockers())::bigint[])
  returning version
$$;

revoke execute on function jiantu.my_withdrawn_blockers(), jiantu.bring_back_blocker(bigint, integer) from public;
grant execute on function jiantu.my_withdrawn_blockers(), jiantu.bring_back_blocker(bigint, integer) to jiantu_unit;
