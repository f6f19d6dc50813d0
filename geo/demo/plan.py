"""The city's plan: every street noded, cut into stretches, with the blocks and lots between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from geo.demo.blocks import cut_lots, draw_lanes, draw_paths, find_faces, sort_blocks
from geo.demo.country import draw_country, join_islands
from geo.demo.network import node, stretches_of
from geo.demo.streets import draw_streets
from geo.demo.water import draw_waters

if TYPE_CHECKING:
    from geo.demo.blocks import Block
    from geo.demo.country import Country
    from geo.demo.names import Name
    from geo.demo.network import Stretch
    from geo.demo.plane import Plane
    from geo.demo.streets import Skeleton, Street
    from geo.demo.water import Waters


@dataclass(frozen=True)
class Plan:
    """One tile's geography in metres."""

    plane: Plane
    waters: Waters
    skeleton: Skeleton
    country: Country
    streets: list[Street]
    stretches: list[Stretch]
    blocks: list[Block]
    lots: list[Block]

    @cached_property
    def names(self) -> list[Name | None]:
        """The name of each stretch: a street that crosses the river goes on as 东路."""
        named = []
        for stretch in self.stretches:
            middle = stretch.points[len(stretch.points) // 2]
            named.append(self.streets[stretch.street].name_at(*self.plane.frame(*middle)))
        return named


def draw_plan(plane: Plane) -> Plan:
    """Streets, blocks and lots of one tile."""
    waters = draw_waters(plane)
    skeleton = draw_streets(plane, waters)
    country = draw_country(plane, waters, skeleton)
    streets = skeleton.streets + country.streets
    streets += join_islands(streets)
    blocks = sort_blocks(plane, skeleton, country, find_faces(streets, node(streets), "tertiary"))
    taken = {street.name.zh for street in streets if street.name}
    streets += draw_lanes(plane, blocks, taken)
    streets += draw_paths(plane, waters, skeleton.ring)
    noded = node(streets)
    return Plan(
        plane=plane,
        waters=waters,
        skeleton=skeleton,
        country=country,
        streets=streets,
        stretches=stretches_of(streets, noded),
        blocks=blocks,
        lots=cut_lots(find_faces(streets, noded, "residential"), blocks),
    )
