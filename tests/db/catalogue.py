"""What PostgreSQL's catalogue must say of a city's database for its policies to hold, each rule as one query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

READ_WHOLE_BY_PROJECTOR = (
    *("city", "public_setting", "district", "ground", "road", "road_class", "category"),
    *("utility", "ladder_step", "extension_release"),
)
"""Tables of which the public's projector may read every row: the ground and the lists."""

STAFF_VIEWS = ("account_name", "project_name")
"""Views that show everybody on the staff what things are called, now or at a moment."""

NEVER_A_UNITS = (
    *("unit_id", "lead_unit_id", "public", "released", "version", "id", "staff_role"),
    *("kept_by_unit_id", "password_hash", "approved_by", "approved_on", "verification"),
)
"""Columns that no unit may change in any row of any table."""

RULES: dict[str, str] = {
    "row-level security is not enabled and forced": """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('jiantu', 'history', 'public_map') and c.relkind in ('r', 'p')
          and not (c.relrowsecurity and c.relforcerowsecurity)""",
    "a table without any policy": """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('jiantu', 'history') and c.relkind in ('r', 'p')
          and not exists (select from pg_policy p where p.polrelid = c.oid)""",
    "a table that is not the owner's": """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('jiantu', 'history') and c.relkind in ('r', 'p')
          and pg_get_userbyid(c.relowner) <> 'jiantu_owner'""",
    "a write policy without WITH CHECK": """
        select polrelid::regclass::text || ' ' || polname from pg_policy
        where polcmd in ('a', 'w', '*') and polwithcheck is null""",
    "a policy for everybody": """
        select polrelid::regclass::text || ' ' || polname from pg_policy where 0 = any (polroles)""",
    "a policy that shows a unit every row unasked": """
        select polrelid::regclass::text || ' ' || polname from pg_policy
        where 'jiantu_unit'::regrole = any (polroles) and polcmd in ('r', '*')
          and coalesce(pg_get_expr(polqual, polrelid), 'true') !~ 'jiantu\\.(is_member|my_)'""",
    "a policy that lets a unit write unasked": """
        select polrelid::regclass::text || ' ' || polname from pg_policy
        where 'jiantu_unit'::regrole = any (polroles) and polcmd in ('a', 'w', 'd', '*')
          and concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
            !~ 'jiantu\\.my_(editable|administered|kept)'""",
    "a policy that asks who is there for every row and not once a statement": """
        select polrelid::regclass::text || ' ' || polname from pg_policy
        where concat(pg_get_expr(polqual, polrelid), ' ', pg_get_expr(polwithcheck, polrelid))
          ~ '(?<!SELECT )jiantu\\.(is_member|my_\\w+)\\(\\)'""",
    "a policy that shows the projector every row": """
        select polrelid::regclass::text || ' ' || polname from pg_policy
        where 'jiantu_projector'::regrole = any (polroles)
          and pg_get_expr(polqual, polrelid) = 'true'
          and (select relname from pg_class where oid = polrelid) <> all (:whole)""",
    "the projector or the public may write": """
        select r.name || ' ' || c.oid::regclass::text from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        cross join unnest(array['jiantu_projector', 'jiantu_public']) r(name)
        where n.nspname in ('jiantu', 'history', 'public_map') and c.relkind in ('r', 'p', 'v')
          and pg_get_userbyid(c.relowner) <> r.name
          and (has_any_column_privilege(r.name, c.oid, 'insert') or has_any_column_privilege(r.name, c.oid, 'update')
            or has_table_privilege(r.name, c.oid, 'delete') or has_table_privilege(r.name, c.oid, 'truncate'))""",
    "something is granted to PUBLIC": """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace,
          aclexplode(c.relacl) a where n.nspname in ('jiantu', 'history', 'public_map') and a.grantee = 0
        union all
        select a.attrelid::regclass::text || '.' || a.attname from pg_attribute a
          join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace,
          aclexplode(a.attacl) x where n.nspname in ('jiantu', 'history', 'public_map') and x.grantee = 0
        union all
        select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
          aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
          where n.nspname in ('jiantu', 'history', 'public_map') and a.grantee = 0
        union all
        select n.nspname from pg_namespace n, aclexplode(n.nspacl) a
          where n.nspname in ('jiantu', 'history', 'public_map') and a.grantee = 0""",
    "a definer function that is not the owner's or pins no search path": """
        select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('jiantu', 'history', 'public_map') and p.prosecdef
          and (pg_get_userbyid(p.proowner) <> 'jiantu_owner'
            or not exists (select from unnest(p.proconfig) c where c like 'search_path=pg_catalog%'))""",
    "a view of the public that is no barrier or not the projector's": """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public_map' and c.relkind = 'v'
          and (pg_get_userbyid(c.relowner) <> 'jiantu_projector'
            or not 'security_barrier=true' = any (coalesce(c.reloptions, '{}')))""",
    "a view of the staff that nobody knows, is no barrier or not the owner's": """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('jiantu', 'history') and c.relkind = 'v'
          and (pg_get_userbyid(c.relowner) <> 'jiantu_owner' or c.relname <> all (:views)
            or not 'security_barrier=true' = any (coalesce(c.reloptions, '{}')))""",
    "a view of a moment that looks with its owner's eyes": """
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'moment' and (c.relkind <> 'v' or pg_get_userbyid(c.relowner) <> 'jiantu_owner'
          or not (case when c.relname = any (:views) then 'security_barrier=true' else 'security_invoker=true' end)
            = any (coalesce(c.reloptions, '{}')))""",
    "a kept row that is seen by others than a row of the table": """
        with read as (
          select c.relname, n.nspname, a.role,
            has_table_privilege(a.role, c.oid, 'select') as granted,
            (select string_agg(pg_get_expr(p.polqual, p.polrelid), ' or ' order by p.polname) from pg_policy p
              where p.polrelid = c.oid and p.polcmd = 'r' and a.role::regrole = any (p.polroles)) as reads
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          cross join unnest(array['jiantu_unit', 'jiantu_leader', 'jiantu_command', 'jiantu_admin', 'jiantu_gate',
            'jiantu_projector', 'jiantu_public']) a(role)
          where c.relkind = 'r' and n.nspname in ('jiantu', 'history'))
        select twin.relname || ' ' || twin.role from read twin
        join read live on live.nspname = 'jiantu' and twin.relname = live.relname || '_kept' and live.role = twin.role
        where twin.nspname = 'history' and not (twin.granted <= live.granted
          and case when twin.role <> 'jiantu_unit' then twin.reads is not distinct from live.reads
              or not twin.granted
            -- By today's rules where the table goes by values of the row: these three are looked at by tests.
            when live.relname in ('zone', 'project', 'blocker') then twin.reads ~ 'jiantu\\.(my_|is_member)'
            else replace(twin.reads, 'history.hidden_zones()', 'jiantu.hidden_zones()') is not distinct from
              live.reads end)""",
    "a materialised view, which leaks every row it was made from": """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('jiantu', 'history', 'public_map') and c.relkind = 'm'""",
    "a role that is above the policies or can log in": """
        select rolname from pg_roles where rolname like 'jiantu\\_%'
          and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
            or rolcanlogin <> (rolname in ('jiantu_staff', 'jiantu_jobs', 'jiantu_public'))
            or (rolcanlogin and rolinherit))""",
    "a login that may act as the owner, or the public as anybody": """
        select member::regrole::text || ' ' || roleid::regrole::text from pg_auth_members
        where member = 'jiantu_public'::regrole
          or (member in ('jiantu_staff'::regrole, 'jiantu_jobs'::regrole)
            and roleid in ('jiantu_owner'::regrole, 'jiantu_projector'::regrole))""",
    "the public's login reaches beyond its views": """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('jiantu', 'history') and c.relkind in ('r', 'p', 'v', 'S')
          and (has_schema_privilege('jiantu_public', n.oid, 'usage') or (c.relkind <> 'S'
            and has_any_column_privilege('jiantu_public', c.oid, 'select')))""",
    "the public's login has no time limit or may write": """
        select rolname from pg_roles where rolname = 'jiantu_public'
          and not ('statement_timeout=2s' = any (coalesce(rolconfig, '{}'))
            and 'default_transaction_read_only=on' = any (coalesce(rolconfig, '{}')))""",
    "a unit may change what is never a unit's to change": """
        select a.attrelid::regclass::text || '.' || a.attname from pg_attribute a
        join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'jiantu' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
          and a.attname = any (:fixed)
          and (has_column_privilege('jiantu_unit', c.oid, a.attnum, 'update')
            or (a.attname in ('public', 'released', 'staff_role', 'password_hash', 'verification')
              and has_column_privilege('jiantu_unit', c.oid, a.attnum, 'insert')))""",
    "a unit or a leader may write what follows from records": """
        select r.name || ' ' || c.oid::regclass::text from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        cross join unnest(array['jiantu_unit', 'jiantu_leader', 'jiantu_command', 'jiantu_admin']) r(name)
        where n.nspname = 'jiantu' and c.relname in ('status_span', 'overlap', 'watch', 'diversion_effect',
            'revision', 'coordination_case', 'case_pair')
          and (has_any_column_privilege(r.name, c.oid, 'insert') or has_any_column_privilege(r.name, c.oid, 'update')
            or has_table_privilege(r.name, c.oid, 'delete'))""",
    "a leader may write": """
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('jiantu', 'history') and c.relkind in ('r', 'p')
          -- but which places are his own to watch, and what of it he has read
          and not (n.nspname = 'jiantu' and c.relname in ('watch_subscription', 'notification'))
          and (has_any_column_privilege('jiantu_leader', c.oid, 'insert')
            or has_any_column_privilege('jiantu_leader', c.oid, 'update')
            or has_table_privilege('jiantu_leader', c.oid, 'delete'))""",
    "a leader may change more of what he watches than to end it and to have read": """
        select a.attrelid::regclass::text || '.' || a.attname from pg_attribute a
        where a.attrelid in ('jiantu.watch_subscription'::regclass, 'jiantu.notification'::regclass)
          and a.attnum > 0 and not a.attisdropped and a.attname <> all (array['active', 'read_at'])
          and has_column_privilege('jiantu_leader', a.attrelid, a.attnum, 'update')
        union all
        select t.name from unnest(array['jiantu.watch_subscription', 'jiantu.notification']) t(name)
        where has_table_privilege('jiantu_leader', t.name, 'delete')
          or (t.name = 'jiantu.notification' and has_any_column_privilege('jiantu_leader', t.name, 'insert'))""",
    "somebody but the owner may write history": """
        select r.rolname || ' ' || c.oid::regclass::text from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        cross join (select rolname from pg_roles where rolname like 'jiantu\\_%' and rolname <> 'jiantu_owner') r
        where n.nspname = 'history' and c.relkind = 'r'
          and (has_any_column_privilege(r.rolname, c.oid, 'insert')
            or has_any_column_privilege(r.rolname, c.oid, 'update')
            or has_table_privilege(r.rolname, c.oid, 'delete') or has_table_privilege(r.rolname, c.oid, 'truncate'))""",
    "somebody but the gate reads passwords or the tokens of sessions": """
        select r.rolname || ' ' || c.oid::regclass::text || '.' || a.attname from pg_attribute a
        join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        cross join (select rolname from pg_roles where rolname like 'jiantu\\_%'
          and rolname not in ('jiantu_owner', 'jiantu_gate')) r
        where n.nspname = 'jiantu' and a.attname in ('password_hash', 'token_hash')
          and has_column_privilege(r.rolname, c.oid, a.attnum, 'select')""",
}


def find_holes(connection: Connection) -> dict[str, list[str]]:
    """For each rule that is broken, where. Empty when all hold."""
    given = {
        "whole": list(READ_WHOLE_BY_PROJECTOR),
        "views": list(STAFF_VIEWS),
        "fixed": list(NEVER_A_UNITS),
    }
    # The owner's login has the schema's name, which would leave it out of what is printed.
    connection.execute(text("set local search_path = public"))
    found = {}
    for rule, query in RULES.items():
        names = {name: value for name, value in given.items() if f":{name}" in query}
        where = sorted(connection.scalars(text(query), names))
        if where:
            found[rule] = where
    return found
