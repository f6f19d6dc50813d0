"""Minutes of a meeting (会商纪要) as a Word document, from what was written down and from nothing else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from geo.exporters.official import Column, OfficialPaper

if TYPE_CHECKING:
    from geo.queries.cases import Minutes

_KINDS = {
    "site": "工地",
    "relocation": "管线迁改",
    "diversion": "占道导行",
    "haul_route": "渣土线路",
    "control_area": "管控区",
    "event": "活动",
}
_ANSWERS = {
    "awaiting": "待回复",
    "affected": "有影响",
    "unaffected": "无影响",
    "agreed": "已达成一致",
}
_COLUMNS = (
    Column("序号", 12),
    Column("工程", 52),
    Column("类别", 22),
    Column("责任单位", 34),
    Column("工期", 36),
)
_UNKNOWN = "未定"


def write_minutes_docx(minutes: Minutes) -> bytes:
    """The document, after GB/T 9704-2012. The same minutes give the same bytes whenever they are made again."""
    facts = minutes.facts
    place = facts.get("road") or "相关路段"
    subject = f"{place}施工与交通组织协调会商纪要"
    paper = OfficialPaper(f"{minutes.official} {subject}")
    paper.title(subject)
    paper.number(f"〔{minutes.year}〕{minutes.serial}号")
    paper.blank()
    period = _period(facts)
    paper.text(
        f"{_long(minutes.held_on)},{minutes.chair}在{minutes.place}主持会商,"
        f"研究协调事项{facts['case']}"
        + (f"(重叠时段:{period})" if period else "")
        + "。现将会商情况纪要如下:"
    )
    _describe_works(paper, facts)
    paper.heading("二、存在的冲突")
    for place_in_list, sentence in enumerate(facts["findings"], 1):
        paper.text(f"{place_in_list}. {_ended(sentence)}")
    if not facts["findings"]:
        paper.text("会商时重叠已经解除。")
    _tell_answers(paper, facts)
    paper.heading("四、议定事项")
    for place_in_list, line in enumerate(minutes.agreed, 1):
        paper.text(f"({place_in_list}){_ended(line)}")
    paper.blank()
    paper.text(f"参加:{'、'.join(minutes.participants)}。")
    if minutes.written_by:
        paper.text(f"记录:{minutes.written_by}。")
    paper.blank()
    paper.signature(_long(minutes.held_on))
    return paper.to_bytes()


def _describe_works(paper: OfficialPaper, facts: dict[str, Any]) -> None:
    paper.heading("一、涉及工程")
    rows = [
        (
            str(place),
            f"{work['name']}({work['code']})",
            _KINDS.get(work["kind"], work["kind"]),
            work["unit"] or "未明确",
            _period(work) or _UNKNOWN,
        )
        for place, work in enumerate(facts["works"], 1)
    ]
    paper.table(_COLUMNS, rows)


def _tell_answers(paper: OfficialPaper, facts: dict[str, Any]) -> None:
    paper.heading("三、各方意见")
    for answer in facts["answers"]:
        note = f":{_ended(answer['note'])}" if answer["note"] else "。"
        unit = answer["unit"] or "未明确单位"
        paper.text(f"{unit}:{_ANSWERS[answer['answer']]}{note}")
    if not facts["answers"]:
        paper.text("会前各方未作书面答复。")
    for moved in facts["moved"]:
        by = f"(由{moved['proposed_by']}提出)" if moved["proposed_by"] else ""
        paper.text(f"{moved['work']}的工期已协商调整为{_period(moved)}{by}。")


def _ended(sentence: str) -> str:
    """A sentence with its full stop."""
    text = sentence.strip()
    return text if text.endswith(("。", "!", "?", ";")) else f"{text}。"


def _period(days: dict[str, Any]) -> str:
    first, last = days.get("first_on"), days.get("last_on")
    if first and last:
        return f"{_long(first)}至{_long(last)}"
    if first:
        return f"{_long(first)}起"
    return f"至{_long(last)}" if last else ""


def _long(day: date | str) -> str:
    on = day if isinstance(day, date) else date.fromisoformat(day)
    return f"{on.year}年{on.month}月{on.day}日"
