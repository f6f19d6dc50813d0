"""iCalendar files (RFC 5545): a closed road as an event in one's own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """A closure of whole days, both included; `stamped_at` (aware) is when it was told so."""

    key: str
    title: str
    description: str
    place: str
    link: str
    first_on: date
    last_on: date
    stamped_at: datetime
    point: tuple[float, float] | None = None
    """Latitude and longitude."""


def write_ics(closing: Closing, name: str) -> bytes:
    """A calendar with that one event."""
    calendar = Calendar()
    calendar.add("prodid", "-//Jiantu//public map//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    event = Event()
    event.add("uid", closing.key)
    event.add("dtstamp", closing.stamped_at)
    event.add("dtstart", closing.first_on)
    # The end of an event of whole days is the day after its last one.
    event.add("dtend", closing.last_on + timedelta(days=1))
    event.add("summary", closing.title)
    event.add("description", closing.description)
    event.add("location", closing.place)
    event.add("url", closing.link)
    event.add("transp", "TRANSPARENT")
    if closing.point is not None:
        event.add("geo", closing.point)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
