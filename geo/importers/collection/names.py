"""What a name in a sheet means: exactly, by a confirmed alias, or likely, and then somebody must confirm it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

from rapidfuzz import fuzz

from geo.codelists import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Key = TypeVar("Key", str, int)

LEAST_LIKE = 62.0
"""Below this likeness (0..100) a name is not even offered."""
MOST_OFFERED = 4
_OWN = 4.0
"""Names that the sheet is expected to hold are offered before equally like ones."""


@dataclass(frozen=True, slots=True)
class Match(Generic[Key]):
    """What a name means: `key` when it is certain, and how; else `like`, most like first, with their likeness."""

    key: Key | None
    how: str  # exact | alias | like | unknown
    like: tuple[tuple[Key, float], ...] = ()


def match_name(
    name: str,
    known: Mapping[str, Key],
    aliases: Mapping[str, Key],
    expected: Iterable[Key] = (),
) -> Match[Key]:
    """Find what `name` means among `known` names (in the form for comparing) and confirmed `aliases`.

    A likeness is never a match: it is offered, in the order of letters and of sound (pinyin), and somebody confirms.
    """
    wanted = plain(name)
    if wanted in known:
        return Match(known[wanted], "exact")
    if wanted in aliases:
        return Match(aliases[wanted], "alias")
    own = set(expected)
    scored: dict[Key, float] = {}
    for other, key in known.items():
        likeness = likeness_of(wanted, other)
        if likeness >= LEAST_LIKE:
            better = likeness + (_OWN if key in own else 0.0)
            scored[key] = max(better, scored.get(key, 0.0))
    like = tuple(sorted(scored.items(), key=lambda one: (-one[1], str(one[0])))[:MOST_OFFERED])
    return Match(None, "like" if like else "unknown", like)


def likeness_of(one: str, other: str) -> float:
    """How alike two names are, 0..100: by letters, or by sound for a word typed with a wrong character."""
    by_letters = fuzz.ratio(one, other)
    part = fuzz.partial_ratio(one, other) * 0.9 if min(len(one), len(other)) >= 4 else 0.0  # noqa: PLR2004
    sound = fuzz.ratio(_sound(one), _sound(other)) * 0.95
    return max(by_letters, part, sound if by_letters >= 40 else 0.0)  # noqa: PLR2004


@lru_cache(maxsize=8_192)
def _sound(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415  its dictionaries take half a second, which no start need wait for

    return tuple(lazy_pinyin(word))
