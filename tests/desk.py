"""A small city for the coordination desk: a dig that meets a closure and a site that is only near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.model.overlaps import Overlap
from geo.model.zones import Zone
from geo.overlap import Severity
from tests.db.street import closure, dig, ground, take

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.queries.answers import Pair
    from geo.records import ZoneRecord
    from tests.postgres import Server

SOON = "2026-11-20..2026-12-20"


@dataclass(frozen=True, slots=True)
class DeskCity:
    """A database with two pairs: `heavy` to be answered, `light` a notice."""

    url: str
    heavy: Pair
    light: Pair


def works() -> list[ZoneRecord]:
    """A water main under a closed street, and a site whose fence is 8 m from the closure."""
    return [
        dig("GS-1", "ab", SOON, name="供热迁改", unit="热力公司"),
        closure("DX-1", "ad", SOON, name="东风路导改", unit="交警支队"),
        ground("P9", "hinm", SOON, name="河畔点位", shift=(0.0, 8.0)),
    ]


def pair_of(session: Session, severity: Severity) -> Pair:
    """The first pair of a severity."""
    row = session.scalars(
        select(Overlap).where(Overlap.severity == severity).order_by(Overlap.id)
    ).first()
    assert row is not None
    return row.zone_a, row.zone_b


def zone_id(session: Session, code: str) -> int:
    """A zone by its code."""
    return session.scalars(select(Zone.id).where(Zone.code == code)).one()


def make_desk(server: Server) -> DeskCity:
    """A new database with these works."""
    url, (heavy, light) = server.make_filled("desk", _fill)
    return DeskCity(url, heavy, light)


def _fill(url: str) -> tuple[Pair, Pair]:
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        take(session, works())
        pairs = pair_of(session, Severity.HEAVY), pair_of(session, Severity.LIGHT)
    engine.dispose()
    return pairs
