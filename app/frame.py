"""What every page shows around its own matter: the city, the day, the code lists in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext

from app.languages import language, messages_for_browser
from app.moments import asked_moment, today_then
from app.params import AskedDay, read_day
from app.wiring import find_city, get_wiring, today_in
from geo.database.moments import known_moments
from geo.queries.codes import list_codes

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from geo.queries.city import City


@dataclass(frozen=True, slots=True)
class Frame:
    """The city of a page, its today, and the day that was asked for; the moment it is looked at, if that is not now."""

    city: City
    today: date
    asked: AskedDay
    moment: datetime | None = None
    known: tuple[datetime, datetime] | None = None
    """The first and the last moment that may be asked for, in the city's time."""

    @property
    def day(self) -> date:
        """The day shown."""
        return self.asked.on

    @property
    def forecast(self) -> bool:
        """The day is still to come."""
        return self.day > self.today

    @property
    def city_name(self) -> str:
        """The city's name in the language of the request."""
        return self.city.name_en if language() == "en" and self.city.name_en else self.city.name


def read_frame(session: Session) -> Frame:
    """The frame of the present request."""
    city = find_city(session)
    today = today_in(city)
    return Frame(city, today, read_day(request.args, today))


def read_frame_then(session: Session) -> Frame:
    """The frame of a page that may be looked at as of a moment: its today is the day it was then."""
    city = find_city(session)
    today = today_then(city)
    zone = ZoneInfo(city.time_zone)
    first, last = (moment.astimezone(zone) for moment in known_moments(session))
    return Frame(city, today, read_day(request.args, today), asked_moment(), (first, last))


def tell_browser(
    frame: Frame, codes: dict[str, dict[str, str]] | None = None, **more: object
) -> dict[str, Any]:
    """What a page with a map tells the browser's code instead of being asked for it; `more` is the page's own."""
    return {
        "language": language(),
        "city": {"name": frame.city_name, "bbox": list(frame.city.bbox)},
        "today": frame.today.isoformat(),
        "day": frame.day.isoformat(),
        "codes": codes or {},
        "messages": messages_for_browser(),
        **more,
    }


def unit_name(frame: Frame) -> str:
    """Whose map it is: the unit that the settings name, else the city's command."""
    named = get_wiring().settings.unit_name
    return named or gettext("%(city)s construction command", city=frame.city_name)


def read_codes(session: Session) -> dict[str, dict[str, str]]:
    """The city's code lists as code → name in the language of the request; `letter` has the utilities' letters."""
    lists = list_codes(session)
    field = "name_en" if language() == "en" else "name"
    named = {
        kind: {code["code"]: code[field] or code["name"] for code in codes}
        for kind, codes in lists.items()
    }
    named["letter"] = {code["code"]: code["letter"] for code in lists["utility"] if code["letter"]}
    return named
