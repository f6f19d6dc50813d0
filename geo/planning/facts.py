"""What a plan of digs is made of: works that may be shifted by days, and what it costs when they stand badly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from geo.overlap import Code, Days

Shifts = Mapping[int, int]
"""By how many days each work is shifted, later or (below zero) earlier; one that is not named stays."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that is shifted as a whole: a work with its phases and the diversions that are made for it.

    `shifts` are the days by which it may be shifted, in order, 0 among them; (0,) for a work that stays. `digs` takes a
    crew of its unit. `closes` names the roads that it closes to motor traffic, each with the days as they stand now.
    `misplaced` names the service window in which it stands unless it is shifted.
    """

    id: int
    name: str
    days: Days
    unit: int | None = None
    unit_name: str = ""
    shifts: tuple[int, ...] = (0,)
    digs: bool = False
    closes: Mapping[str, tuple[Days, ...]] = field(default_factory=dict)
    misplaced: str | None = None
    members: tuple[int, ...] = ()
    """The zones that are shifted with it, itself among them."""

    @property
    def stays(self) -> bool:
        """Whether it cannot be shifted."""
        return self.shifts == (0,)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two works that clash while the shift of `a` less that of `b` lies within one of `while_apart` (both included)."""

    a: int
    b: int
    codes: frozenset[Code]
    while_apart: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Protected:
    """A work that digs in protected pavement while its shift lies within `while_shifted` (both included)."""

    work: int
    road: str
    until_on: date
    while_shifted: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Offer:
    """Two digs along one road: joined while the shift of `a` less that of `b` lies within `while_apart`."""

    a: int
    b: int
    road: str | None
    saved_m: float
    while_apart: tuple[int, int]
    trench: bool = True
    """One trench for both; with gas among them only the closure is shared."""


@dataclass(frozen=True, slots=True)
class Crew:
    """How many works a unit can dig at once."""

    unit: int
    name: str
    works: int


@dataclass(frozen=True, slots=True)
class Task:
    """A plan to be made better: its works, what may go wrong among them, and the days that are looked at."""

    works: Mapping[int, Work]
    first_on: date
    last_on: date
    clashes: tuple[Clash, ...] = ()
    protected: tuple[Protected, ...] = ()
    offers: tuple[Offer, ...] = ()
    crews: tuple[Crew, ...] = ()


class Effect(StrEnum):
    """What counts against a plan, or (`joined`) for it."""

    PARALLEL = "parallel"
    """平行道路同时封闭: a closure and the way round it."""
    CLASH = "clash"
    """Any other heavy overlap."""
    CREW = "crew"
    """More works at once than a unit has crews."""
    WINDOW = "window"
    """A work that stands in time that is forbidden for it."""
    PAVEMENT = "pavement"
    """重复开挖: a dig in protected pavement."""
    CLOSED_DAYS = "closed_days"
    """A day on which a road is closed, whatever the number of closures."""
    JOINED = "joined"
    """同槽同期: metres of trench that two digs share."""


Effects = Mapping[tuple[Effect, object], float]
"""How much there is of each effect, by effect and what it is about: a clash, a road, a unit."""
