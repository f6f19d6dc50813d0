"""How Chinese names are spelled in pinyin, for the search: 东方红路 → dongfanghonglu, dfhl."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

_CORRECTED = {
    "银行": [["yín"], ["háng"]],
    "长河": [["cháng"], ["hé"]],
    "重大": [["zhòng"], ["dà"]],
    "朝阳": [["cháo"], ["yáng"]],
}
"""Readings that the dictionary gets wrong in names of this field."""


@cache
def _dictionary() -> ModuleType:
    import pypinyin  # noqa: PLC0415  its dictionaries take a third of a second, which no start need wait for

    pypinyin.load_phrases_dict(_CORRECTED)
    return pypinyin


@lru_cache(maxsize=50_000)
def spell(name: str) -> tuple[str, str]:
    """A name in pinyin without tones, and its initials, both in lower case: 东方红路 → dongfanghonglu, dfhl."""
    pinyin = _dictionary()
    full = pinyin.lazy_pinyin(name)
    initials = pinyin.lazy_pinyin(name, style=pinyin.Style.FIRST_LETTER)
    return "".join(full).lower(), "".join(initials).lower()


@lru_cache(maxsize=10_000)
def _read(character: str) -> str:
    return spell(character)[0]


def spell_all(names: Iterable[str]) -> dict[str, Any]:
    """What a reader needs to spell all of these: how each character is read, and the names that are read otherwise.

    `characters` is a text in which each Chinese character is followed by its reading; `others` is name → [pinyin,
    initials] for names with a character that is read differently there (银行, 长河).
    """
    known: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        for character in name:
            if character not in known:
                reading = _read(character)
                known[character] = "" if reading == character.lower() else reading
        full = "".join(known[character] or character.lower() for character in name)
        initials = "".join((known[character] or character.lower())[0] for character in name)
        if (full, initials) != spell(name):
            others[name] = list(spell(name))
    return {
        "characters": "".join(
            character + reading for character, reading in known.items() if reading
        ),
        "others": others,
    }
