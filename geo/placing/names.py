"""Names of roads as people write them against names as the road layer has them: exact, alias, likeness."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.placing.parse import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

EXACT = 1.0
PREFIXED = 0.97
"""A district or town stands before the name: 德城区东风路."""
BARE = 0.8
"""The ending is missing: 东风 for 东风路."""
SECTION = 0.75
"""One says in which part of the city: 东风路 for 东风东路."""
OTHER_ENDING = 0.7
"""The ending is another: 湖滨路 for 湖滨大道."""
LIKE = 0.72
"""One sign differs, of three or more."""
LITTLE_LIKE = 0.5
"""Two signs differ, of five or more."""

_ENDING = re.compile(r"(?:大街|大道|公路|高速|步道|路|街|巷|弄|胡同|线)$")
_SECTION = re.compile(r"[东西南北中]$")
_BEFORE = re.compile(r"^.*(?:市|区|县|镇|乡|街道|街道办|办事处|村|省|新城|园区)$")
_LIKE_FROM, _LITTLE_LIKE_FROM = 3, 5


@dataclass(frozen=True, slots=True)
class Match:
    """A name of the road layer that may be meant, how surely (0 to 1), and why."""

    name: str
    quality: float
    how: str  # exact | prefixed | bare | section | other_ending | like | little_like


class NameBook:
    """The names of a road layer, to look others up in."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self._bare: dict[str, list[str]] = {}
        self._base: dict[str, list[str]] = {}
        self._known: dict[str, tuple[Match, ...]] = {}
        for name in sorted(self.names):
            self._bare.setdefault(bare(name), []).append(name)
            self._base.setdefault(base(name), []).append(name)

    @property
    def aliases(self) -> frozenset[str]:
        """Names and what is left of them without their endings, of two signs or more."""
        short = {word for word in (*self._bare, *self._base) if len(word) > 1}
        return self.names | short

    def kin(self, name: str) -> tuple[str, ...]:
        """The names that go on from a name without a part of the city in other parts: 东风路, 东风东路, 东风西路."""
        if bare(name) != base(name) or bare(name) == name:
            return ()
        family = self._base.get(base(name), ())
        return tuple(each for each in family if ending(each) == ending(name))

    def find(self, written: str) -> tuple[Match, ...]:
        """The names that may be meant, the surest first."""
        key = tidy(written)
        if key not in self._known:
            self._known[key] = self._find(key)
        return self._known[key]

    def _find(self, key: str) -> tuple[Match, ...]:
        found: dict[str, Match] = {}

        def add(names: Iterable[str], quality: float, how: str) -> None:
            for name in names:
                if name not in found or found[name].quality < quality:
                    found[name] = Match(name, quality, how)

        if key in self.names:
            add([key], EXACT, "exact")
        for cut in range(1, len(key) - 1):
            if key[cut:] in self.names and _BEFORE.match(key[:cut]):
                add([key[cut:]], PREFIXED, "prefixed")
                break
        if bare(key) == key:
            add(self._bare.get(key, ()), BARE, "bare")
            add(self._base.get(key, ()), BARE * SECTION, "bare")
        else:
            add(self._bare.get(bare(key), ()), OTHER_ENDING, "other_ending")
            family = [name for name in self._base.get(base(key), ()) if ending(name) == ending(key)]
            add(family, SECTION, "section")
            add(self._base.get(base(key), ()), SECTION * OTHER_ENDING, "section")
        if len(key) >= _LIKE_FROM:
            for name in self.names:
                self._add_likeness(key, name, found)
        return tuple(sorted(found.values(), key=lambda match: (-match.quality, match.name)))

    @staticmethod
    def _add_likeness(key: str, name: str, found: dict[str, Match]) -> None:
        if name in found or abs(len(name) - len(key)) > 2:  # noqa: PLR2004
            return
        apart = edits(key, name)
        if apart == 1 and min(len(key), len(name)) >= _LIKE_FROM:
            found[name] = Match(name, LIKE, "like")
        elif apart == 2 and min(len(key), len(name)) >= _LITTLE_LIKE_FROM:  # noqa: PLR2004
            found[name] = Match(name, LITTLE_LIKE, "little_like")


def ending(name: str) -> str:
    """The ending of a road's name: 路, 大道; empty when it has none."""
    found = _ENDING.search(name)
    return found[0] if found and len(found[0]) < len(name) else ""


def bare(name: str) -> str:
    """The name without its ending: 东风东 for 东风东路."""
    return name[: len(name) - len(ending(name))]


def base(name: str) -> str:
    """The name without its ending and without the part of the city: 东风 for 东风东路."""
    short = bare(name)
    return short[:-1] if len(short) > 2 and _SECTION.search(short) else short  # noqa: PLR2004


def edits(one: str, two: str) -> int:
    """How many signs must be put in, left out, changed or swapped with the next to turn one word into the other."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, here in enumerate(one, 1):
        last, before_last = row, before
        row = [i]
        for j, there in enumerate(two, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (here != there))
            swapped = i > 1 and j > 1 and here == two[j - 2] and one[i - 2] == there
            row.append(min(best, before_last[j - 2] + 1) if swapped else best)
        before = last
    return row[-1]
