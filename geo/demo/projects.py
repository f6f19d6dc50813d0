"""The demo's projects without their dates: what each is, where its sites are, who answers for it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.demo.catalogue import DISTRICT, KINDS, PREFIX, Kind
from geo.demo.names import FAMILIES, FIRST, Name
from geo.demo.units import CONTRACTORS, LEADERS, government_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from geo.demo.places import Place, Places
    from geo.demo.plane import Plane

SITES = 450
"""Sites of one tile, all projects together."""

WITHOUT_SITE = 8
"""Projects that have no site yet, besides the bundles."""

WITHOUT_SHAPE = 3
"""Sites that are known by words only."""


@dataclass(frozen=True)
class Site:
    """A site before its dates: its code within the project, its name, and its place (None: known by words only)."""

    code: str
    name: str
    place: Place | None
    where: str


@dataclass
class Scheme:
    """A project before its dates."""

    code: str
    kind: Kind
    name: Name
    investment_yuan: int
    days: int
    contractor: str
    leader: str
    manager: str
    is_bundle: bool = False
    parent: str | None = None
    sites: list[Site] = field(default_factory=list)
    lead: str = ""
    districts: tuple[str, ...] = ()

    @property
    def category(self) -> str:
        """The category's code."""
        return self.kind.category

    @property
    def employer(self) -> str:
        """Who has it built: the company that the name begins with, else the lead unit."""
        head, company, _ = self.name.zh.partition("有限公司")
        return head + company if company else self.lead


def make_schemes(plane: Plane, places: Places) -> list[Scheme]:
    """All projects of a tile in the order of their codes, with their sites."""
    random = plane.random("projects")
    schemes: list[Scheme] = []
    taken: set[str] = set()
    homeless = set(random.sample(range(240), WITHOUT_SITE))
    number = 0
    for category, prefix in PREFIX.items():
        place_in_category = 0
        bases = _shuffled_bases(random)
        for kind in (kind for kind in KINDS if kind.category == category):
            bundle: Scheme | None = None
            for index in range(kind.count):
                number += 1
                is_sub = bundle is not None and index <= kind.bundle
                if not is_sub:
                    place_in_category += 1
                code = plane.code(f"{prefix}-{place_in_category:03d}")
                if is_sub and bundle:
                    code = f"{bundle.code}-{index}"
                scheme = _draw(random, kind, code, next(bases))
                if kind.bundle and index == 0:
                    bundle = scheme
                    scheme.is_bundle = True
                    scheme.name = Name(plane.prefix + kind.bundle_zh, kind.bundle_en)
                    scheme.lead = _lead_of(plane, scheme, None)
                else:
                    scheme.parent = bundle.code if is_sub and bundle else None
                    homeless_now = number in homeless and not is_sub
                    _settle(places, random, scheme, taken, homeless=homeless_now)
                schemes.append(scheme)
    _sum_bundles(schemes)
    _fill_up(places, random, schemes)
    return schemes


def _shuffled_bases(random: Random) -> Iterator[Name]:
    bases = list(FIRST)
    random.shuffle(bases)
    return iter(bases)


def _draw(random: Random, kind: Kind, code: str, base: Name) -> Scheme:
    low, high = kind.investment_wan
    wan = math.exp(random.uniform(math.log(low), math.log(high)))
    return Scheme(
        code=code,
        kind=kind,
        name=base,
        investment_yuan=round(wan / 10) * 100_000,
        days=random.randint(*kind.days),
        contractor=random.choice(CONTRACTORS),
        leader=f"市领导{random.choice(LEADERS)}",
        manager=f"{random.choice(FAMILIES).zh}工",
    )


def _settle(
    places: Places, random: Random, scheme: Scheme, taken: set[str], *, homeless: bool
) -> None:
    """Find the first sites, and with them the project's name, districts and lead."""
    kind, plane = scheme.kind, places.plan.plane
    found: list[Place] = []
    for _ in range(random.randint(*kind.sites)):
        found.append(_find(places, kind, found[-1] if found else None, random))
    first = found[0]
    span = places.span(first.stretch) if first.stretch is not None else None
    words = {
        "base": scheme.name.zh,
        "where": first.where.zh,
        "span": f"({span.zh})" if span else "",
    }
    english = {"base": scheme.name.en, "where": first.where.en}
    name = Name(plane.prefix + kind.zh.format(**words), kind.en.format(**english))
    first_phase, phase = name, 1
    while name.zh in taken:
        phase += 1
        name = Name(
            f"{first_phase.zh}({'一二三四五六七八九'[phase - 1]}期)",
            f"{first_phase.en}, phase {phase}",
        )
    taken.add(name.zh)
    scheme.name = name
    scheme.districts = tuple(dict.fromkeys(place.district.name.zh for place in found))
    scheme.lead = _lead_of(plane, scheme, first)
    if not homeless:
        for place in found:
            add_site(places, scheme, place)


def add_site(places: Places, scheme: Scheme, place: Place) -> None:
    """Give the project one more site."""
    number = len(scheme.sites) + 1
    where = place.where.zh
    if place.stretch is not None:
        span = places.span(place.stretch)
        where = f"{where}({span.zh})" if span else where
    else:
        where = f"{where}旁"
    scheme.sites.append(Site(f"{number:02d}", f"{place.where.zh}{number}号点位", place, where))


def _lead_of(plane: Plane, scheme: Scheme, place: Place | None) -> str:
    if scheme.kind.lead != DISTRICT:
        return scheme.kind.lead
    return government_of(plane, place.district.code if place else "ancheng")


def _find(places: Places, kind: Kind, before: Place | None, random: Random) -> Place:
    """A place for one more site, near the one before it."""
    how, _, what = kind.place.partition(":")
    words = what.split(",")
    near = before.shape if before else None
    match how:
        case "lot":
            place = places.lot(*words, near=near)
        case "part":
            place = places.lot(*words, near=near, share=random.uniform(0.3, 0.6))
        case "street" if before:
            place = places.next_street(before)
        case "street":
            place = places.street(*random.sample(words, len(words)))
        case "highway":
            length_m = random.uniform(1_800, 5_200)
            place = places.highway(*words, length_m=length_m, after=before)
        case "bank" | "canal" | "greenway":
            place = places.bank(how, int(what) * random.uniform(0.7, 1.2))
        case "bridge":
            place = places.bridge()
        case "park":
            place = places.park()
        case _:
            place = places.spot()
    return place


def _sum_bundles(schemes: list[Scheme]) -> None:
    """A bundle's investment, length and districts are those of its sub-projects together."""
    for bundle in (scheme for scheme in schemes if scheme.is_bundle):
        subs = [scheme for scheme in schemes if scheme.parent == bundle.code]
        bundle.investment_yuan = sum(sub.investment_yuan for sub in subs)
        bundle.days = max(sub.days for sub in subs)
        bundle.districts = tuple(dict.fromkeys(name for sub in subs for name in sub.districts))


def _fill_up(places: Places, random: Random, schemes: list[Scheme]) -> None:
    """Bring the number of sites to what the tile has: more sites where a kind of project may have several."""
    many = [
        scheme
        for scheme in schemes
        if scheme.sites
        and scheme.kind.sites[1] > 1
        and scheme.kind.place.startswith(("lot", "part", "spot"))
    ]
    missing = SITES - sum(len(scheme.sites) for scheme in schemes)
    for turn in range(missing):
        scheme = many[turn % len(many)]
        last = scheme.sites[-1].place
        add_site(places, scheme, _find(places, scheme.kind, last, random))
        names = (site.place.district.name.zh for site in scheme.sites if site.place)
        scheme.districts = tuple(dict.fromkeys(names))
    worded = [scheme for scheme in schemes if len(scheme.sites) > 1][
        :: len(many) // (WITHOUT_SHAPE + 1)
    ]
    for scheme in worded[1 : WITHOUT_SHAPE + 1]:
        last_site = scheme.sites[-1]
        scheme.sites[-1] = Site(last_site.code, last_site.name, None, last_site.where)
