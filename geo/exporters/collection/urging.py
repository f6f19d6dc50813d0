"""The text that urges those who are late with their sheet (催报)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from geo.exporters.collection.workbook import PERIOD_NAMES
from geo.queries.collection import late_sheets

if TYPE_CHECKING:
    from datetime import datetime

    from geo.queries.collection import RoundSheets


def urging_text(round_: RoundSheets, due: datetime) -> str:
    """The text to copy for those who are late (催报); empty when nobody is."""
    late = late_sheets(round_)
    if not late:
        return ""
    by_state: dict[str, list[str]] = defaultdict(list)
    for sheet in late:
        by_state[sheet.state].append(sheet.unit)
    line = round_.line
    first, last = line.first_on, line.last_on
    days = f"{first.month}月{first.day}日至{last.month}月{last.day}日"
    until = f"截止 {due.month}月{due.day}日 {due:%H:%M}"
    words = [f"【催报】{days}项目进展{PERIOD_NAMES[line.period]},{until}。"]
    if by_state["awaited"]:
        words.append(f"尚未报送({len(by_state['awaited'])}家):{'、'.join(by_state['awaited'])}。")
    if by_state["returned"]:
        words.append(
            f"已退回待重报({len(by_state['returned'])}家):{'、'.join(by_state['returned'])}。"
        )
    words.append("请尽快报送,收到请回复。")
    return "\n".join(words)
