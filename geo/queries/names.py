"""What ids, codes and actors in a history mean: names of units, leaders, districts, zones, projects, lists, people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.forms import Kind
from geo.forms.field import Words
from geo.forms.lists import FIXED
from geo.queries.codes import list_codes
from geo.saying import format_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


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


@dataclass(frozen=True, slots=True)
class People:
    """What people are called, and the short names of the units in which they have a place, by their accounts' ids.

    Places are known as far as whoever asks may see them.
    """

    names: Mapping[str, str]
    units: Mapping[str, str]

    def find(self, words: str) -> list[str]:
        """The accounts whose person or unit is called something with these words in it."""
        return [
            account
            for account, name in self.names.items()
            if words in name or words in self.units.get(account, "")
        ]


def read_people(session: Session) -> People:
    """Everybody who has an account."""
    names = session.execute(text("select id, display_name from jiantu.account_name"))
    units = session.execute(
        text(
            "select m.account_id, string_agg(coalesce(u.short_name, u.name), '、' order by u.name)"
            " from jiantu.membership m join jiantu.unit u on u.id = m.unit_id group by m.account_id"
        )
    )
    return People(
        {str(account): name for account, name in names},
        {str(account): short for account, short in units},
    )


_COMMAND, _ADMIN = Words("指挥部", "Command office"), Words("系统管理员", "Administrator")
_ACCOUNT, _SYSTEM = Words("账号", "Account"), Words("系统", "System")
_ACTOR = re.compile(r"(unit|leader|command|admin|system):\S+")
_DUTIES = {
    "init": Words("建库", "set-up"),
    "demo": Words("演示数据", "demo data"),
    "roll": Words("零点更新", "the day's roll"),
    "feed": Words("数据源", "data feed"),
    "deliveries": Words("消息推送", "sending of messages"),
    "cli": Words("命令行", "command line"),
}


def name_actor(actor: str, people: People, language: Language) -> str:
    """An actor of the history as a person reads it: unit and name, the office and name, or the system's own duty."""
    audience, _, who = actor.partition(":")
    name = people.names.get(who, "")
    match audience:
        case "system":
            duty, _, what = who.partition(":")
            word = _DUTIES[duty].of(language) if duty in _DUTIES else duty
            return f"{_SYSTEM.of(language)} · {' '.join(filter(None, (word, what)))}"
        case "command":
            first = _COMMAND.of(language)
        case "admin":
            first = _ADMIN.of(language)
        case "unit":
            first = people.units.get(who, "")
        case "leader":
            first = ""
        case _:
            return actor
    return " · ".join(filter(None, (first, name))) or f"{_ACCOUNT.of(language)} {who}"


def show_value(
    field: Field,
    value: Any,  # noqa: ANN401  any column's value
    names: Mapping[str, Mapping[str, str]],
    language: Language,
    people: People,
) -> str:
    """A value of the history (JSON) as a person reads it; empty for nothing."""
    if value is None or value == []:
        return ""
    if isinstance(value, str) and field.name.endswith("_by") and _ACTOR.fullmatch(value):
        return name_actor(value, people, language)
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if field.kind is Kind.MONEY:
        return f"{value / _YUAN:,.4f}".rstrip("0").rstrip(".")
    return _show(value, names.get(field.options or "", {}), language)


def _show(value: Any, listed: Mapping[str, str], language: Language) -> str:  # noqa: ANN401  any column's value
    if isinstance(value, dict):
        return "; ".join(f"{key}: {one}" for key, one in _flat(value))
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return format_day(value, language)
    if isinstance(value, list):
        return ("、" if language == "zh" else ", ").join(
            listed.get(str(one), str(one)) for one in value
        )
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return listed.get(str(value), str(value))


def _flat(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """What stands in a document, each value by the way to it."""
    for key, one in value.items():
        if isinstance(one, dict) and one:
            yield from _flat(one, f"{before}{key}.")
        elif isinstance(one, list) and any(isinstance(each, dict) for each in one):
            yield from _flat(
                {str(place): each for place, each in enumerate(one, 1)}, f"{before}{key}."
            )
        else:
            yield f"{before}{key}", ", ".join(map(str, one)) if isinstance(one, list) else str(one)
