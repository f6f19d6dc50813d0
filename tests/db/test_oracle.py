"""Generated cases of (role, unit, verb, row, column) against a plain Python oracle, and plans under a unit's role."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import errors
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from geo.database.acting import Identity, Role, acting_session, make_engine
from tests.db.oracle import (
    FIXED,
    UPDATABLE,
    Asker,
    Thing,
    may_delete,
    may_insert,
    may_update,
    sees,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres import Server

UNITS = ("甲局", "乙公司", "丙集团")
OWNERS: tuple[str | None, ...] = (*UNITS, None)
ACCOUNTS: dict[str, Asker] = {
    "leader": Asker("leader"),
    "command": Asker("command"),
    "admin": Asker("admin"),
    "reader": Asker("unit", frozenset({"甲局"})),
    "editor": Asker("unit", frozenset({"甲局"}), frozenset({"甲局"})),
    "keeper": Asker("unit", *(frozenset({"乙公司"}),) * 3),
    "both": Asker("unit", frozenset({"甲局", "丙集团"}), frozenset({"丙集团"})),
    "nobody": Asker("unit"),
}
ROLES = {"leader": Role.LEADER, "command": Role.COMMAND, "admin": Role.ADMIN, "unit": Role.UNIT}
PLACES = {
    ("reader", "甲局"): "reader",
    ("editor", "甲局"): "editor",
    ("keeper", "乙公司"): "unit_admin",
    ("both", "甲局"): "reader",
    ("both", "丙集团"): "editor",
}
RAISED = (
    ("editor", "", False),
    ("editor", "", True),
    ("editor", "command", False),
    ("editor", "both", False),
    ("both", "", False),
    ("keeper", "", False),
    ("command", "", False),
)
"""Who raised a blocker, who changed it since, and whether it has stood for more than a day."""
NOT_COPIED = ("id", "version", "public", "released", "verification")
FEW, MANY = 1_500, 10_000

Key = tuple[str, Any]


class Scene:
    """A small city of three units, what each of its rows is, and the people who try their hands at them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.things: dict[Key, Thing] = {}
        self.units = {unit: self._unit(unit) for unit in UNITS}
        self.accounts = {name: self._account(name, asker) for name, asker in ACCOUNTS.items()}
        for (name, member_of), role in PLACES.items():
            self._add(
                "membership",
                account_id=self.accounts[name],
                unit_id=self.units[member_of],
                role=role,
            )
        for place, unit in enumerate(OWNERS):
            self._project(place, unit)
        for place, unit in enumerate(OWNERS):
            for kind in ("relocation", "diversion", "event", "control_area"):
                for state in ("planned", "draft"):
                    self._zone(f"{kind}-{state}-{place}", kind, state, unit)
        self.things["category", "industry"] = Thing("category", None)
        (rules,) = connection.scalars(text("select id from jiantu.rules_version")).all()
        self.things["rules_version", rules] = Thing("rules_version", None)
        self._copy()

    def _add(self, table: str, **values: Any) -> Any:
        names, given = ", ".join(values), ", ".join(f":{name}" for name in values)
        return self.connection.scalar(
            text(f"insert into jiantu.{table} ({names}) values ({given}) returning id"),  # noqa: S608  words of this file
            values,
        )

    def _note(self, table: str, thing: Thing, **values: Any) -> int:
        made: int = self._add(table, **values)
        self.things[table, made] = thing
        return made

    def _unit(self, name: str) -> int:
        made = self._note("unit", Thing("unit", name), name=name, kind="department")
        self._note(
            "service_window",
            Thing("service_window", name),
            unit_id=made,
            code="own_1",
            name="夜间停输",
            forbids=False,
            operation="cut",
            first_day="01-01",
            last_day="12-31",
        )
        return made

    def _account(self, name: str, asker: Asker) -> int:
        role = "none" if asker.role == "unit" else asker.role
        made: int = self._add("account", name=name, display_name=name, staff_role=role)
        return made

    def _project(self, place: int, unit: str | None) -> None:
        day = "2026-03-01"
        own = {
            "project_id": self._note(
                "project",
                Thing("project", unit),
                code=f"P{place}",
                name=f"项目{place}",
                lead_unit_id=self.units.get(unit or ""),
                entered_on=day,
            )
        }
        plan = self._note(
            "plan_version", Thing("plan_version", unit), number=0, known_on=day, **own
        )
        self._note(
            "milestone", Thing("milestone", unit), plan_version_id=plan, name="封顶", due_on=day
        )
        dated = {**own, "known_on": day}
        self._note(
            "progress_report",
            Thing("progress_report", unit),
            period="week",
            first_on=day,
            last_on=day,
            **dated,
        )
        self._note("procedure", Thing("procedure", unit), kind="construction_permit", **dated)
        self._note("funding_line", Thing("funding_line", unit), funding_source="bank", **own)
        self._note("land_status", Thing("land_status", unit), kind="land", as_of_on=day, **own)
        self._note("suspension", Thing("suspension", unit), first_on=day, reason="雨", **dated)
        for awaited in (None, "乙公司"):
            for cause in ("procedures", "weak_push"):
                self._note(
                    "blocker",
                    Thing("blocker", unit, awaited=awaited, reserved=cause == "weak_push"),
                    cause=cause,
                    text="卡住",
                    raised_on=day,
                    awaited_unit_id=self.units.get(awaited or ""),
                    **dated,
                )
        for raised_by, touched_by, stood in RAISED:
            self._raised(unit, own["project_id"], raised_by, touched_by, stood=stood)
        self._note(
            "status_span",
            Thing("status_span", unit),
            days="[2026-01-01,2026-02-01)",
            lamp="grey",
            stage="not_started",
            **own,
        )
        for state in ("planned", "draft"):
            self._zone(f"site-{state}-{place}", "site", state, unit, **own)

    def _raised(
        self, unit: str | None, project: int, raised_by: str, touched_by: str, *, stood: bool
    ) -> None:
        """A blocker raised, and perhaps changed since, by accounts whose actors the history names."""
        self._act_as(raised_by)
        made = self._note(
            "blocker",
            Thing("blocker", unit, raised_by=raised_by, touched_by=touched_by, stood=stood),
            project_id=project,
            cause="land",
            text="拆迁",
            raised_on="2026-03-01",
            known_on="2026-03-01",
        )
        if touched_by:
            self._act_as(touched_by)
            self.connection.execute(
                text("update jiantu.blocker set text = '改' where id = :id"), {"id": made}
            )
        if stood:
            self.connection.execute(
                text(
                    "update history.blocker_version set valid = tstzrange(now() - interval '25 hours', upper(valid))"
                    " where id = :id and version = 1"
                ),
                {"id": made},
            )
        self.connection.execute(text("select set_config('app.actor', 'test:scene', true)"))

    def _act_as(self, account: str) -> None:
        audience = ACCOUNTS[account].role
        self.connection.execute(
            text("select set_config('app.actor', :actor, true)"),
            {"actor": f"{audience}:{self.accounts[account]}"},
        )

    def _zone(self, code: str, kind: str, state: str, unit: str | None, **own: Any) -> None:
        if kind != "site":
            own["unit_id"] = self.units.get(unit or "")
        facts = {"kind": kind, "state": state}
        zone = self._note(
            "zone",
            Thing("zone", unit, kind, state),
            code=code,
            entered_on="2026-03-01",
            **facts,
            **own,
        )
        self.things[
            "zone_hours", self._add("zone_hours", zone_id=zone, since="08:00", until="18:00")
        ] = Thing("zone_hours", unit, kind, state)
        part = self.connection.scalar(
            text(
                """
                insert into jiantu.zone_part (zone_id, position, role, shape, shape_metric, shape_web, shape_wide,
                  period)
                select :zone, 0, 'footprint', s, st_transform(s, c.metric_srid), st_transform(s, 3857),
                  st_buffer(st_transform(s, c.metric_srid), 5), daterange('2026-03-01', '2026-04-01')
                from jiantu.city c, st_setsrid(st_makeenvelope(116.3, 37.45, 116.301, 37.451), 4326) s
                returning id
                """
            ),
            {"zone": zone},
        )
        self.things["zone_part", part] = Thing("zone_part", unit, kind, state)

    def _copy(self) -> None:
        """What an INSERT takes its values from: the same rows, readable for whoever tries."""
        self.connection.execute(text("create schema scene"))
        self.connection.execute(text("grant usage on schema scene to public"))
        for table in {table for table, _ in self.things}:
            self.connection.execute(
                text(f"create table scene.{table} as select * from jiantu.{table}")  # noqa: S608
            )
            self.connection.execute(text(f"grant select on scene.{table} to public"))
        self.columns = {
            table: ", ".join(
                self.connection.scalars(
                    text(
                        "select quote_ident(column_name) from information_schema.columns"
                        " where table_schema = 'scene' and table_name = :table and column_name <> all (:left)"
                    ),
                    {"table": table, "left": list(NOT_COPIED)},
                )
            )
            for table in {table for table, _ in self.things}
        }

    def try_it(self, asker: str, verb: str, key: Key, column: str) -> bool:
        """Whether the database lets the asker do it; nothing of it stays."""
        table, row = key
        name = "code" if isinstance(row, str) else "id"
        said = {
            "select": f"select 1 from jiantu.{table} where {name} = :row",  # noqa: S608
            "update": f"update jiantu.{table} set {column} = {column} where {name} = :row",  # noqa: S608
            "delete": f"delete from jiantu.{table} where {name} = :row",  # noqa: S608
            "insert": f"insert into jiantu.{table} ({self.columns[table]})"  # noqa: S608
            f" select {self.columns[table]} from scene.{table} where {name} = :row",
        }[verb]
        attempt = self.connection.begin_nested()
        try:
            self.connection.exec_driver_sql(f"set local role {ROLES[ACCOUNTS[asker].role].value}")
            self.connection.execute(
                text("select set_config('app.account_id', :account, true)"),
                {"account": str(self.accounts[asker])},
            )
            return self.connection.execute(text(said), {"row": row}).rowcount == 1
        except DBAPIError as error:
            if isinstance(error.orig, errors.InsufficientPrivilege):
                return False
            # The row itself was let through: only another row stood in its way.
            if isinstance(
                error.orig,
                (errors.UniqueViolation, errors.ForeignKeyViolation, errors.ExclusionViolation),
            ):
                return True
            raise
        finally:
            attempt.rollback()


def expected(asker: Asker, verb: str, thing: Thing, column: str) -> bool:
    """What the oracle says."""
    if verb == "select":
        return sees(asker, thing)
    if verb == "update":
        return may_update(asker, thing, column)
    return may_delete(asker, thing) if verb == "delete" else may_insert(asker, thing)


@pytest.fixture(scope="module")
def scene(server: Server) -> Iterator[Scene]:
    engine = create_engine(server.make_database("dezhou"))
    with engine.connect() as connection, connection.begin() as everything:
        connection.execute(text("select set_config('app.actor', 'test:scene', true)"))
        yield Scene(connection)
        everything.rollback()
    engine.dispose()


def differences(scene: Scene, number: int, seed: int) -> list[str]:
    random = Random(seed)  # noqa: S311  cases, not secrets
    rows: dict[str, list[Key]] = {}
    for one in sorted(scene.things, key=str):
        rows.setdefault(one[0], []).append(one)
    tables = sorted(rows)
    found = []
    for _ in range(number):
        # The table first: a table of many kinds of rows leaves the others their share of the cases.
        asker, key = random.choice(list(ACCOUNTS)), random.choice(rows[random.choice(tables)])
        thing = scene.things[key]
        verb = random.choice(("select", "insert", "update", "update", "delete"))
        known = UPDATABLE.get(thing.table, frozenset()) | FIXED.get(thing.table, frozenset())
        column = random.choice(sorted(known))
        allowed = scene.try_it(asker, verb, key, column)
        if allowed != expected(ACCOUNTS[asker], verb, thing, column):
            found.append(
                f"{asker} {verb} {key} {column} {thing}: {'let' if allowed else 'refused'}"
            )
    return found


def test_the_database_lets_through_what_the_oracle_says(scene: Scene) -> None:
    assert differences(scene, FEW, seed=4) == []


@pytest.mark.nightly
def test_ten_thousand_cases_have_no_difference(scene: Scene) -> None:
    assert differences(scene, MANY, seed=10_000) == []


@pytest.mark.parametrize(
    ("hole", "words"),
    [
        (
            "alter policy unit_changes on jiantu.zone using (true) with check (true)",
            "update ('zone'",
        ),
        (
            "alter policy unit_reads on jiantu.blocker using ((select jiantu.is_member()))",
            "select ('blocker'",
        ),
        ("grant update on jiantu.project to jiantu_unit", "update ('project'"),
        (
            """create policy hole on jiantu.funding_line for insert to jiantu_unit
            with check ((select jiantu.is_member()))""",
            "insert ('funding_line'",
        ),
        (
            """alter policy unit_removes on jiantu.blocker
            using (project_id = any((select jiantu.my_editable_projects())::bigint[]))""",
            "delete ('blocker'",
        ),
        (
            """create or replace function jiantu.hidden_zones() returns bigint[] language sql stable
            security definer set search_path = pg_catalog as 'select ''{}''::bigint[]'""",
            "select ('zone_part'",
        ),
    ],
)
def test_a_hole_in_the_policies_makes_a_difference(scene: Scene, hole: str, words: str) -> None:
    attempt = scene.connection.begin_nested()
    scene.connection.execute(text(hole))
    found = differences(scene, FEW, seed=5)
    attempt.rollback()
    assert any(words in one for one in found)


ZONES = 100_000


@pytest.mark.nightly
def test_under_a_units_role_a_hundred_thousand_zones_are_found_by_the_spatial_index(
    server: Server,
) -> None:
    url = server.make_database("dezhou")
    owner = create_engine(url)
    with owner.begin() as connection:
        connection.execute(text("select set_config('app.actor', 'test:scene', true)"))
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(
            text(
                """
                insert into jiantu.unit (id, name, kind) select g, 'U' || g, 'utility' from generate_series(1, 40) g;
                insert into jiantu.account (id, name, display_name) values (1, 'clerk', 'clerk');
                insert into jiantu.membership (account_id, unit_id, role) values (1, 7, 'editor');
                insert into jiantu.zone (id, kind, code, unit_id, state, entered_on)
                select g, 'relocation', 'Z' || g, 1 + g % 40,
                  case when g % 50 = 0 then 'draft' else 'planned' end, '2026-01-01'
                from generate_series(1, 100000) g;
                insert into jiantu.zone_part (zone_id, position, role, shape, shape_metric, shape_web, shape_wide,
                  period)
                select g, 0, 'footprint', s, m, st_transform(s, 3857), m, daterange('2026-01-01', '2026-06-01')
                from generate_series(1, 100000) g
                cross join jiantu.city c
                cross join lateral (select st_setsrid(st_expand(
                  st_makepoint(116.1 + 0.001 * (g % 400), 37.3 + 0.001 * (g / 400)), 0.0004), 4326) as s) q
                cross join lateral (select st_transform(s, c.metric_srid) as m) w;
                """
            )
        )
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze jiantu.zone; analyze jiantu.zone_part"))
    owner.dispose()
    engine = make_engine(url.replace("//jiantu@", "//jiantu_staff@"), pool_size=1)
    with acting_session(engine, Identity(Role.UNIT, "unit:1", account_id=1)) as session:
        box = "st_transform(st_makeenvelope(116.3, 37.4, 116.305, 37.405, 4326), 3857)"
        plan = "\n".join(
            session.scalars(
                text(
                    "explain (analyze, costs off) select p.id from jiantu.zone_part p"  # noqa: S608
                    f" where p.shape_web && {box} and st_intersects(p.shape_web, {box})"
                )
            )
        )
        seen = session.scalar(
            text(
                f"select count(*) from jiantu.zone_part p where p.shape_web && {box}"  # noqa: S608
                f" and st_intersects(p.shape_web, {box})"
            )
        )
    engine.dispose()
    assert "ix_zone_part_shape_web" in plan, plan
    assert seen
    assert "Seq Scan on zone_part" not in plan, plan
