"""The districts of a project as boxes to tick in the form of its facts: a project may lie in several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from geo.forms.field import Field, Form, Kind, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GROUP = Words("属地", "Districts")
_PREFIX = "district_"


def with_districts(form: Form, districts: Iterable[tuple[int, str, str | None]]) -> Form:
    """The form with a box for each district (id, name, English name)."""
    boxes = tuple(
        Field(f"{_PREFIX}{row_id}", Words(name, name_en or name), Kind.YES_NO, group=GROUP)
        for row_id, name, name_en in districts
    )
    return replace(form, fields=form.fields + boxes)


def flags_of(district_ids: Iterable[int]) -> dict[str, bool]:
    """The boxes that are ticked for these districts."""
    return {f"{_PREFIX}{row_id}": True for row_id in district_ids}


def take_flags(values: dict[str, Any]) -> dict[int, bool]:
    """Take the boxes out of a form's values: whether the project is to lie in a district, by its id."""
    names = [name for name in values if name.startswith(_PREFIX)]
    return {int(name.removeprefix(_PREFIX)): bool(values.pop(name)) for name in names}


def changed_flags(flags: Mapping[int, bool], seen: Iterable[int]) -> dict[int, bool]:
    """The boxes that say something else than what was seen when the form was opened."""
    before = set(seen)
    return {row_id: lies for row_id, lies in flags.items() if lies != (row_id in before)}
