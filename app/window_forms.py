"""The form of a service window as pages show it: a unit's own and the city's have the same fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.datastructures import MultiDict

    from geo.rules import ServiceWindow

_WORDS = ("name", "name_en", "first", "last", "since", "until", "code")


def read_words(given: MultiDict[str, str]) -> dict[str, Any]:
    """What was sent: the words as written, and whether the work is forbidden in that time."""
    said: dict[str, Any] = {name: given.get(name, "").replace("\0", "") for name in _WORDS}
    return {**said, "forbids": given.get("forbids") != "0"}


def window_texts(window: ServiceWindow) -> dict[str, Any]:
    """A window as it stands in the fields."""
    return {
        "code": window.code,
        "name": window.name,
        "name_en": window.name_en,
        "forbids": "1" if window.forbids else "0",
        "operations": window.operations,
        "utilities": window.utilities,
        "first": window.first,
        "last": window.last,
        "since": f"{window.since:%H:%M}" if window.since else "",
        "until": f"{window.until:%H:%M}" if window.until else "",
    }


def sent_texts(given: MultiDict[str, str]) -> dict[str, Any]:
    """What was sent, as it stands in the fields again."""
    said: Mapping[str, Any] = {name: given.get(name, "") for name in (*_WORDS, "forbids")}
    lists = {name: given.getlist(name) for name in ("operations", "utilities")}
    return {**said, **lists}


def find_window(windows: Iterable[ServiceWindow], code: str | None) -> dict[str, Any]:
    """The window of that code as it stands in the fields; empty when there is none."""
    found = next((one for one in windows if one.code == code), None)
    return window_texts(found) if found else {}
