"""What is planned on a road as a workbook and as a calendar. Both are marked as internal."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from geo.overlap import Severity, severity_name

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from geo.overlap import Days, Language
    from geo.queries.road_plan import PlannedWork, RoadPlan

_HEADINGS: dict[Language, tuple[str, ...]] = {
    "zh": ("责任单位", "工程", "编号", "类别", "开始", "结束", "状态", "重叠工程", "重叠时段"),
    "en": (
        "Unit",
        "Work",
        "Code",
        "Kind",
        "First day",
        "Last day",
        "State",
        "Clashes with",
        "Days",
    ),
}
_PAIR_HEADINGS: dict[Language, tuple[str, ...]] = {
    "zh": ("工程甲", "工程乙", "程度", "说明"),
    "en": ("Work A", "Work B", "Severity", "What was found"),
}
_SHEETS: dict[Language, tuple[str, str]] = {"zh": ("工程", "重叠与机会"), "en": ("Works", "Pairs")}
_WIDTHS = (18, 34, 14, 12, 12, 12, 10, 40, 26)
_INTERNAL: dict[Language, str] = {"zh": "内部资料", "en": "Internal"}
_HEADING_FILL = PatternFill("solid", fgColor="E8ECEA")
_OPEN_DAYS = 30
"""An event of a calendar needs an end; a work without one is shown for so many days from today or its start."""


def write_road_book(
    plan: RoadPlan, title: str, kinds: dict[str, str], states: dict[str, str], language: Language
) -> bytes:
    """The works and the pairs as two sheets of an Excel workbook; text that looks like a formula stays text."""
    book = Workbook()
    book.remove(book.worksheets[0])
    works = book.create_sheet(_SHEETS[language][0])
    _head(works, title, _HEADINGS[language], language)
    names = plan.names(language)
    for work in plan.works:
        _row(
            works,
            [
                (work.unit_en if language == "en" else None) or work.unit,
                names[work.id],
                work.code,
                kinds.get(work.kind, work.kind),
                work.days.first_on if work.days else None,
                work.days.last_on if work.days else None,
                states.get(work.state, work.state),
                "、".join(names[other] for other in work.with_works),
                "、".join(_span(days.first_on, days.last_on) for days in work.clashes),
            ],
        )
    for place, width in enumerate(_WIDTHS, 1):
        works.column_dimensions[get_column_letter(place)].width = width
    works.freeze_panes = "A4"
    pairs = book.create_sheet(_SHEETS[language][1])
    _head(pairs, title, _PAIR_HEADINGS[language], language)
    for pair in plan.pairs:
        a, b = (names[zone] for zone in pair.zones)
        _row(pairs, [a, b, severity_name(pair.severity, language), pair.sentence(names, language)])
    for place, width in enumerate((34, 34, 12, 90), 1):
        pairs.column_dimensions[get_column_letter(place)].width = width
    pairs.freeze_panes = "A4"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _head(sheet: Worksheet, title: str, headings: tuple[str, ...], language: Language) -> None:
    sheet.append([title])
    sheet.append([_INTERNAL[language]])
    sheet.append(list(headings))
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A1"].data_type = "s"
    for cell in sheet[3]:
        cell.font = Font(bold=True)
        cell.fill = _HEADING_FILL
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "3:3"


def _row(sheet: Worksheet, values: list[str | date | None]) -> None:
    sheet.append(values)
    for cell in sheet[sheet.max_row]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if isinstance(cell.value, str):
            cell.data_type = "s"
        elif cell.value is not None:
            cell.number_format = "yyyy-mm-dd"


def _span(first: date, last: date | None) -> str:
    return f"{first}–{last or ''}"


def write_road_calendar(
    plan: RoadPlan, title: str, language: Language, host: str, now: datetime
) -> bytes:
    """The works as all-day events of a calendar (RFC 5545); a work keeps its UID, so that a calendar renews it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Jiantu//road plan//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{title} ({_INTERNAL[language]})")
    for work in plan.works:
        if work.days is not None:
            calendar.add_component(_event(work, work.days, plan, language, (host, now)))
    return bytes(calendar.to_ical())


def _event(
    work: PlannedWork, days: Days, plan: RoadPlan, language: Language, stamp: tuple[str, datetime]
) -> Event:
    names = plan.names(language)
    host, now = stamp
    last = days.last_on or max(days.first_on, now.date()) + timedelta(days=_OPEN_DAYS)
    unit = (work.unit_en if language == "en" else None) or work.unit or ""
    heavy = [
        pair for pair in plan.pairs if pair.severity is Severity.HEAVY and work.id in pair.zones
    ]
    lines = [unit, work.code, *(pair.sentence(names, language) for pair in heavy)]
    event = Event()
    event.add("uid", f"zone-{work.id}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", days.first_on)
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", f"{names[work.id]} · {unit}" if unit else names[work.id])
    event.add("description", "\n".join(line for line in lines if line))
    event.add("class", "CONFIDENTIAL")
    event.add("status", "TENTATIVE" if work.tentative else "CONFIRMED")
    return event
