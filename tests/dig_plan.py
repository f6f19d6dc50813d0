"""A small city with two declared digs of different owners in one place and time: one of them should give way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.model.zones import Zone
from tests.db.street import dig, take

if TYPE_CHECKING:
    from geo.records import ZoneRecord
    from tests.postgres import Server

SPRING = "2027-04-01..2027-04-30"


@dataclass(frozen=True, slots=True)
class PlanCity:
    """A database with the numbers of the two digs."""

    url: str
    heat: int
    gas: int


def _dig(code: str, name: str, unit: str, utility: str) -> ZoneRecord:
    return dig(code, "ab", SPRING, name=name, unit=unit, utility=utility, dig_plan_state="declared")


def make_plan_city(server: Server) -> PlanCity:
    """A new database of Dezhou with the two digs."""
    url, (heat, gas) = server.make_filled("dig plan", _fill)
    return PlanCity(url, heat, gas)


def _fill(url: str) -> tuple[int, int]:
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        take(
            session,
            [
                _dig("GR-1", "湖滨大道供热迁改", "热力公司", "heat"),
                _dig("RQ-1", "湖滨大道燃气迁改", "燃气公司", "gas"),
            ],
        )
        ids = {zone.code: zone.id for zone in session.execute(select(Zone.code, Zone.id))}
    engine.dispose()
    return ids["GR-1"], ids["RQ-1"]
