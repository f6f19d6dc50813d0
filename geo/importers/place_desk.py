"""Works that have only words, with the places that these may mean: for a person to confirm one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from geo.changes.intake_desk import confirm_place
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.zones import Zone
from geo.placing import find_places
from geo.queries.intake import list_words_only
from geo.queries.roads import read_road_index

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.placing import Candidate, RoadIndex
    from geo.queries.intake import WordsOnly

OFFERED = 4
_SEPARATOR = re.compile(r"[；;\n]+")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A work and what its words may mean: for each place in them, the candidates, likeliest first."""

    work: WordsOnly
    places: tuple[tuple[str, tuple[Candidate, ...]], ...]

    @property
    def shapes(self) -> dict[str, Any]:
        """All candidates as GeoJSON in WGS84, numbered as they are listed."""
        found = [one for _, candidates in self.places for one in candidates]
        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"label": str(number), "work": self.work.id},
                    "geometry": shapely.geometry.mapping(one.shape),
                }
                for number, one in enumerate(found, start=1)
            ],
        }


def list_waiting(session: Session) -> list[Waiting]:
    """The newest works that have only words, with their alternatives."""
    works = list_words_only(session)
    if not works:
        return []
    index = read_road_index(session)
    return [Waiting(work, _places(index, work.words)) for work in works]


def _places(index: RoadIndex, words: str) -> tuple[tuple[str, tuple[Candidate, ...]], ...]:
    found = (place.strip() for place in _SEPARATOR.split(words))
    return tuple((place, tuple(find_places(index, place, OFFERED))) for place in found if place)


def confirm(session: Session, zone_id: int, chosen: list[int], words: str, day: date) -> None:
    """Give a work the shapes chosen, one for each place in its words (numbers as listed; 0 leaves a place out)."""
    waiting = next((one for one in list_words_only(session) if one.id == zone_id), None)
    if session.get(Zone, zone_id) is None:
        message = f"no zone {zone_id}"
        raise NotFoundError(message)
    if waiting is None or waiting.words != words:
        zh, en = (
            "它的位置描述已经变了,请刷新后再看。",
            "Its words have changed. Load the page again.",
        )
        raise ChangeRefusedError(zh, en)
    places = _places(read_road_index(session), words)
    numbered = [one for _, candidates in places for one in candidates]
    if not chosen or any(not 1 <= number <= len(numbered) for number in chosen):
        zh, en = "请选择一个位置。", "Choose a place."
        raise ChangeRefusedError(zh, en)
    confirm_place(session, zone_id, [numbered[number - 1].shape for number in chosen], day)
