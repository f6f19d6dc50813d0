"""The fixed lists that fields choose from, in both languages; the city's own lists come from the database."""

from __future__ import annotations

from geo.forms.field import Words

FIXED: dict[str, dict[str, Words]] = {
    "report_periods": {
        "week": Words("每周", "Week"),
        "ten_days": Words("每旬", "Ten days"),
        "month": Words("每月", "Month"),
    },
    "standings": {
        "active": Words("正常推进", "Active"),
        "postponed": Words("缓建", "Postponed"),
        "moved_out": Words("调出", "Moved out"),
        "ended": Words("终止", "Ended"),
    },
    "tolerances": {
        "deferred": Words("容缺", "Deferred"),
        "promised": Words("告知承诺", "Promised"),
        "parallel": Words("并联", "In parallel"),
    },
    "precisions": {
        "day": Words("日", "Day"),
        "month": Words("月", "Month"),
        "quarter": Words("季度", "Quarter"),
        "half": Words("半年", "Half year"),
        "year": Words("年", "Year"),
    },
    "land_kinds": {
        "land": Words("用地", "Land"),
        "demolition": Words("征拆", "Demolition"),
    },
    "ruled_lamps": {
        "green": Words("绿灯", "Green"),
        "yellow": Words("黄灯", "Yellow"),
        "red": Words("红灯", "Red"),
        "grey": Words("灰灯", "Grey"),
        "paused": Words("合规停工", "Paused"),
    },
    "verifications": {
        "self_reported": Words("自报", "Self-reported"),
        "verified": Words("已核实", "Verified"),
        "contradicted": Words("与现场不符", "Contradicted on site"),
    },
}
