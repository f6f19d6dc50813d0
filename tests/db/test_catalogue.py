"""The catalogue of a city's database holds to the rules; every hole cut into its policies by hand is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from tests.db.catalogue import RULES, find_holes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


@pytest.fixture
def owner(dezhou_url: str) -> Iterator[Connection]:
    """The server's administrator, whose work is undone."""
    engine = create_engine(dezhou_url)
    with engine.connect() as connection, connection.begin() as everything:
        yield connection
        everything.rollback()
    engine.dispose()


def test_no_rule_is_broken(owner: Connection) -> None:
    assert find_holes(owner) == {}


HOLES = {
    "row-level security is not enabled and forced": [
        "alter table jiantu.zone no force row level security",
        "alter table jiantu.blocker disable row level security",
        "create table jiantu.forgotten (id int)",
    ],
    "a table without any policy": [
        """create table jiantu.forgotten (id int);
        alter table jiantu.forgotten enable row level security;
        alter table jiantu.forgotten force row level security""",
    ],
    "a table that is not the owner's": ["alter table jiantu.project owner to jiantu"],
    "a write policy without WITH CHECK": [
        """create policy hole on jiantu.zone for update to jiantu_unit
        using (unit_id = any((select jiantu.my_editable_units())::bigint[]))""",
    ],
    "a policy for everybody": [
        "create policy hole on jiantu.zone for select using (state <> 'draft')"
    ],
    "a policy that shows a unit every row unasked": [
        "create policy hole on jiantu.blocker for select to jiantu_unit using (true)",
        "alter policy unit_reads on jiantu.project using (true)",
        "alter policy unit_reads on jiantu.zone using (state <> 'draft')",
        "alter policy unit_reads on jiantu.zone using (true)",
        "alter policy unit_reads on jiantu.stored_file using (true)",
        "alter policy unit_reads on jiantu.collection_sheet using (true)",
        "alter policy unit_reads on history.project_version using (true)",
        "alter policy unit_reads on history.zone_version using (true)",
    ],
    "a policy that lets a unit write unasked": [
        "alter policy unit_changes on jiantu.zone using (true) with check (true)",
        "create policy hole on jiantu.zone_part for insert to jiantu_unit with check (true)",
        "create policy hole on jiantu.zone for delete to jiantu_unit using (state = 'draft')",
    ],
    "a policy that asks who is there for every row and not once a statement": [
        "alter policy unit_reads on jiantu.funding_line using (project_id = any(jiantu.my_projects()))",
    ],
    "a policy that shows the projector every row": [
        "create policy hole on jiantu.project for select to jiantu_projector using (true)",
        "alter policy projector_reads on jiantu.zone using (true)",
    ],
    "the projector or the public may write": [
        "grant update (name) on jiantu.project to jiantu_projector",
        "grant insert on jiantu.zone to jiantu_public",
    ],
    "something is granted to PUBLIC": [
        "grant select on jiantu.project to public",
        "grant select (name) on jiantu.project to public",
        "create function jiantu.forgotten() returns int language sql as 'select 1'",
        "grant usage on schema jiantu to public",
    ],
    "a definer function that is not the owner's or pins no search path": [
        "alter function jiantu.my_units() reset search_path",
        "alter function jiantu.my_units() owner to jiantu",
    ],
    "a view of the public that is no barrier or not the projector's": [
        "alter view public_map.project reset (security_barrier)",
        "alter view public_map.project owner to jiantu",
        "alter view public_map.site owner to jiantu_owner",
    ],
    "a view of the staff that nobody knows, is no barrier or not the owner's": [
        "create view jiantu.everything with (security_barrier) as select * from jiantu.blocker",
        "alter view jiantu.project_name reset (security_barrier)",
        "alter view jiantu.project_name owner to jiantu",
    ],
    "a view of a moment that looks with its owner's eyes": [
        "alter view moment.blocker reset (security_invoker)",
        "alter view moment.project_name reset (security_barrier)",
        "alter view moment.zone owner to jiantu",
        "create view moment.everything as select * from jiantu.blocker",
    ],
    "a kept row that is seen by others than a row of the table": [
        "alter policy unit_reads on history.zone_part_kept using ((select jiantu.is_member()))",
        "alter policy unit_reads on history.project_kept using (true)",
        "drop policy unit_reads on history.overlap_kept",
        """grant select on history.zone_kept to jiantu_gate""",
        "alter policy staff_reads on history.blocker_kept using (raised_on is not null)",
    ],
    "a materialised view, which leaks every row it was made from": [
        "create materialized view public_map.fast as select * from jiantu.project",
    ],
    "a role that is above the policies or can log in": [
        "alter role jiantu_unit bypassrls",
        "alter role jiantu_staff inherit",
        "alter role jiantu_command login",
    ],
    "a login that may act as the owner, or the public as anybody": [
        "grant jiantu_leader to jiantu_public",
        "grant jiantu_owner to jiantu_staff",
    ],
    "the public's login reaches beyond its views": [
        "grant usage on schema jiantu to jiantu_public",
        "grant select (name) on jiantu.project to jiantu_public",
    ],
    "the public's login has no time limit or may write": [
        "alter role jiantu_public reset statement_timeout",
        "alter role jiantu_public reset default_transaction_read_only",
    ],
    "a unit may change what is never a unit's to change": [
        "grant update on jiantu.zone to jiantu_unit",
        "grant update (lead_unit_id) on jiantu.project to jiantu_unit",
        "grant insert (released) on jiantu.attachment to jiantu_unit",
        "grant update (staff_role) on jiantu.account to jiantu_unit",
    ],
    "a unit or a leader may write what follows from records": [
        "grant insert on jiantu.status_span to jiantu_unit",
        "grant update (lamp) on jiantu.status_span to jiantu_command",
    ],
    "a leader may write": ["grant update (note) on jiantu.zone to jiantu_leader"],
    "a leader may change more of what he watches than to end it and to have read": [
        "grant update (name) on jiantu.watch_subscription to jiantu_leader",
        "grant insert on jiantu.notification to jiantu_leader",
        "grant delete on jiantu.watch_subscription to jiantu_leader",
    ],
    "somebody but the owner may write history": [
        "grant delete on history.project_version to jiantu_command",
    ],
    "somebody but the gate reads passwords or the tokens of sessions": [
        "grant select on jiantu.account to jiantu_command",
        "grant select (token_hash) on jiantu.one_time_link to jiantu_admin",
    ],
}


@pytest.mark.parametrize(
    ("rule", "hole"), [(rule, hole) for rule, holes in HOLES.items() for hole in holes]
)
def test_a_hole_cut_by_hand_is_found(owner: Connection, rule: str, hole: str) -> None:
    owner.execute(text(hole))
    assert rule in find_holes(owner)


def test_every_rule_has_a_hole_that_it_finds() -> None:
    assert set(HOLES) == set(RULES)


def test_kept_rows_have_the_columns_of_their_tables_and_views_show_them(owner: Connection) -> None:
    found = owner.execute(
        text(
            """
            with named as (
              select n.nspname as schema, c.relname as name,
                array_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) order by a.attname)
                  filter (where a.attname not in
                    ('valid_from', 'valid_until', 'made_at', 'made_in', 'ended_in')) as columns
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              where n.nspname in ('jiantu', 'history', 'moment') and c.relkind in ('r', 'v')
              group by 1, 2)
            select live.name, kept.columns = live.columns and shown.columns = live.columns as same
            from named live join named kept on kept.schema = 'history' and kept.name = live.name || '_kept'
            left join named shown on shown.schema = 'moment' and shown.name = live.name
            where live.schema = 'jiantu'
            """
        )
    ).all()
    assert len(found) > 20
    assert [name for name, same in found if not same] == []
