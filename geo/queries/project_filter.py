"""Which projects are meant: the same facets as the browser's filters, for files made on the server. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.queries.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Filters = Mapping[str, Sequence[str]]
    """Facet → values chosen; a facet that is not there lets everything pass."""
    Status = Sequence[Any]
    """Lamp, stage, marks."""

_LEAST_INSIDE = 2
"""So many letters must be typed before they are looked for inside a spelling."""


def _obstacles(project: dict[str, Any], board: dict[str, Any], place: int) -> list[str]:
    return list(board["blockers"].get(project["id"], ((), ()))[place])


def _marks(project: dict[str, Any], status: Status, board: dict[str, Any]) -> list[str]:
    late = ["start_overdue"] if project["id"] in board["late_starts"] else []
    return [*late, *status[2]]


_VALUES: dict[str, Callable[[dict[str, Any], Any, dict[str, Any]], list[Any]]] = {
    "lamp": lambda _, status, __: [status[0]] if status else [],
    "stage": lambda _, status, __: [status[1]] if status else [],
    "mark": lambda project, status, board: _marks(project, status, board) if status else [],
    "category": lambda project, *_: [project["category"]],
    "nature": lambda project, *_: [project["nature"]],
    "district": lambda project, *_: project["districts"],
    "unit": lambda project, *_: [project["lead_unit"]],
    "leader": lambda project, *_: [project["sponsor_leader"]],
    "awaited": lambda project, _, board: _obstacles(project, board, 1),
    "cause": lambda project, _, board: _obstacles(project, board, 0),
    "place": lambda project, *_: ["located" if project["located"] else "none"],
}

FACETS = (*_VALUES, "words")


def is_meant(project: dict[str, Any], board: dict[str, Any], filters: Filters) -> bool:
    """Whether a project (see `projects.list_projects`) passes all filters on the day of a board."""
    status = board["projects"].get(project["id"])
    for facet, wanted in filters.items():
        if facet == "words":
            if wanted and not any(_answers(project, words) for words in wanted):
                return False
        elif wanted and not set(_VALUES[facet](project, status, board)) & set(wanted):
            return False
    return True


def _answers(project: dict[str, Any], words: str) -> bool:
    query = "".join(words.lower().split())
    names = [project["name"], project["name_en"], project["code"], project["lead_unit"]]
    names += [project["lead_unit_en"], project["sponsor_leader"], *project["districts"]]
    names += project["districts_en"]
    if any(query in "".join(name.lower().split()) for name in names if name):
        return True
    full, initials = project["pinyin"], project["initials"]
    if full.startswith(query) or initials.startswith(query):
        return True
    if len(query) < _LEAST_INSIDE:
        return False
    people = [name for name in (project["lead_unit"], project["sponsor_leader"]) if name]
    return (
        query in initials
        or (len(query) > _LEAST_INSIDE and query in full)
        or any(spelled.startswith(query) for name in people for spelled in spell(name))
    )
