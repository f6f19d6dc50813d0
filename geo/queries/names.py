"""What ids and codes in a history mean: names of units, leaders, districts, zones, projects, and of the code lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.forms import Kind
from geo.forms.lists import FIXED
from geo.queries.codes import list_codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from geo.forms import Field
    from geo.forms.field import Language

Names = dict[str, dict[str, str]]
"""list → code or id → name"""

_TABLES = {
    "units": "select id, name, name_en from jiantu.unit",
    "leaders": "select id, name, null from jiantu.leader",
    "districts": "select id, name, name_en from jiantu.district",
    "projects": "select id, name, name_en from jiantu.project",
    "zones": "select id, coalesce(name, code), null from jiantu.zone",
    "sites": "select id, coalesce(name, code), null from jiantu.zone where kind = 'site'",
}
_YUAN = 10_000


def read_names(session: Session, language: Language) -> Names:
    """Every name that a history may need, in the reader's language."""
    names: Names = {
        name: {code: words.of(language) for code, words in entries.items()}
        for name, entries in FIXED.items()
    }
    for name, codes in list_codes(session).items():
        names[name] = {
            code["code"]: (code["name_en"] if language == "en" else None) or code["name"]
            for code in codes
        }
    for name, query in _TABLES.items():
        names[name] = {
            str(row_id): (name_en if language == "en" else None) or zh
            for row_id, zh, name_en in session.execute(text(query))
        }
    return names


def read_people(session: Session) -> dict[str, str]:
    """What people are called, by the ids of their accounts."""
    found = session.execute(text("select id, display_name from jiantu.account_name"))
    return {str(account_id): name for account_id, name in found}


def show_value(
    field: Field,
    value: Any,  # noqa: ANN401  any column's value
    names: Mapping[str, Mapping[str, str]],
    language: Language,
) -> str:
    """A value of the history (JSON) as a person reads it; empty for nothing."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if field.kind is Kind.MONEY:
        return f"{value / _YUAN:,.4f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return (
            "、".join(str(one) for one in value) if language == "zh" else ", ".join(map(str, value))
        )
    listed = names.get(field.options or "", {})
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return listed.get(str(value), str(value))
