"""The agenda of a joint meeting (联席会) as a Word document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.exporters.official import Column, OfficialPaper

if TYPE_CHECKING:
    from datetime import date

    from geo.queries.cases import Case
    from geo.queries.diversions import Agenda, BoardItem

_CASES = (
    Column("序号", 12),
    Column("编号", 36),
    Column("路段", 28),
    Column("涉及单位", 44),
    Column("重叠时段", 36),
)
_WORKS = (Column("序号", 12), Column("工程", 70), Column("单位", 36), Column("期限", 38))
_STATES = {"open": "待答复", "reassess": "需重新研判", "answered": "已答复,待会商"}


def write_agenda_docx(agenda: Agenda, city: str) -> bytes:
    """The agenda, after GB/T 9704-2012; the same agenda gives the same bytes."""
    title = f"{city}占道施工与交通组织联席会议题"
    paper = OfficialPaper(title)
    paper.title(title)
    paper.number(_long(agenda.on))
    paper.blank()
    paper.heading(f"一、协调事项(共{len(agenda.cases)}件)")
    rows = [_case_row(place, case) for place, case in enumerate(agenda.cases, 1)]
    _list(paper, _CASES, rows)
    over = agenda.overstayed.overstayed
    paper.heading(f"二、超期未撤占道(共{len(over)}处)")
    _list(
        paper,
        _WORKS,
        [
            (str(n), f"{one.name}({one.code})", one.unit or "未明确", f"至{_long(one.due_on)}")
            for n, one in enumerate(over, 1)
        ],
    )
    paper.heading(f"三、欠补手续的抢修(共{len(agenda.owing)}处)")
    _list(paper, _WORKS, [_work(n, one) for n, one in enumerate(agenda.owing, 1)])
    paper.heading(f"四、待审占道导行方案(共{len(agenda.upcoming)}处)")
    _list(paper, _WORKS, [_work(n, one) for n, one in enumerate(agenda.upcoming, 1)])
    return paper.to_bytes()


def _case_row(place: int, case: Case) -> tuple[str, ...]:
    units = "、".join(party.unit or "未明确" for party in case.parties)
    first = _long(case.first_on) if case.first_on else "未定"
    last = f"至{_long(case.last_on)}" if case.last_on else "起"
    state = _STATES.get(case.state, "")
    return (
        str(place),
        case.number.official,
        f"{case.road_name or '无路名路段'}({state})",
        units,
        f"{first}{last}",
    )


def _work(place: int, item: BoardItem) -> tuple[str, ...]:
    first, last = item.first_on, item.last_on
    days = f"{_long(first) if first else '未定'}至{_long(last) if last else '未定'}"

    return (str(place), f"{item.name}({item.code})", item.unit or "未明确", days)


def _list(paper: OfficialPaper, columns: tuple[Column, ...], rows: list[tuple[str, ...]]) -> None:
    if rows:
        paper.table(columns, rows)
    else:
        paper.text("无。")


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
