"""Why a work is shifted: what would be worse if it stayed and all others moved as proposed; in sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo.overlap import Code, Days, Language, code_name
from geo.planning.facts import Clash, Crew, Effect, Offer, Protected
from geo.planning.score import effects_of, shift_days
from geo.saying import format_day, format_days, format_period

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo.planning.facts import Shifts, Task, Work


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a shift achieves, with the numbers of its sentence."""

    effect: Effect
    anchors: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the database."""
        return {"effect": self.effect.value, "anchors": dict(self.anchors)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reason:
        """What `to_json` gave."""
        return cls(Effect(data["effect"]), data["anchors"])


def reasons_of(task: Task, shifts: Shifts, work_id: int) -> list[Reason]:
    """What the shift of a work achieves: the difference it makes when it alone stays where it is."""
    proposed = effects_of(task, shifts)
    stays = {other: by for other, by in shifts.items() if other != work_id}
    without = effects_of(task, stays)
    reasons = []
    for key in sorted(
        {*proposed, *without}, key=lambda each: (list(Effect).index(each[0]), str(each[1]))
    ):
        effect, about = key
        change = without.get(key, 0.0) - proposed.get(key, 0.0)
        good = change < 0 if effect is Effect.JOINED else change > 0
        if good:
            reasons.append(Reason(effect, _anchors(task, stays, work_id, about, abs(change))))
    return reasons


def _anchors(
    task: Task, stays: Shifts, work_id: int, about: object, change: float
) -> dict[str, Any]:
    if isinstance(about, Clash):
        other = task.works[about.b if about.a == work_id else about.a]
        anchors: dict[str, Any] = {
            "other": other.id,
            "name": other.name,
            "unit": other.unit_name,
            "codes": sorted(code.value for code in about.codes),
        }
        shared = task.works[work_id].days.shared(shift_days(other.days, stays.get(other.id, 0)))
        if shared is not None and shared.count is not None:
            anchors["days"] = shared.count
        return anchors
    if isinstance(about, Protected):
        return {"road": about.road, "until_on": about.until_on.isoformat()}
    if isinstance(about, Offer):
        other = task.works[about.b if about.a == work_id else about.a]
        return {
            "other": other.id,
            "name": other.name,
            "road": about.road,
            "saved_m": round(about.saved_m),
            "trench": about.trench,
        }
    if isinstance(about, Crew):
        return {"unit": about.name, "works": about.works}
    if isinstance(about, str):
        return {"road": about, "days": round(change)}
    return {"window": task.works[work_id].misplaced}


def explain_reason(reason: Reason, language: Language = "zh") -> str:
    """A reason as a clause without a full stop."""
    return _WORDS[reason.effect](reason.anchors, language)


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _clash(anchors: Mapping[str, Any], language: Language) -> str:
    names = [code_name(Code(code), language) for code in anchors["codes"]]
    days = anchors.get("days")
    if language == "en":
        for_days = f" for {_days(days)}" if days else ""
        unit = f" ({anchors['unit']})" if anchors["unit"] else ""
        return f"no longer clashes with “{anchors['name']}”{unit}{for_days}: {', '.join(names).lower()}"
    unit = f"({anchors['unit']})" if anchors["unit"] else ""
    return f"避开与“{anchors['name']}”{unit}的{'、'.join(names)}{f' {days} 天' if days else ''}"


def _pavement(anchors: Mapping[str, Any], language: Language) -> str:
    until = format_day(anchors["until_on"], language)
    if language == "en":
        return f"waits until the pavement of {anchors['road']} is no longer protected ({until})"
    return f"避开{anchors['road']}路面保护期(至{until})"


def _crew(anchors: Mapping[str, Any], language: Language) -> str:
    if language == "en":
        return f"{anchors['unit']} never digs in more than {anchors['works']} places at once"
    return f"{anchors['unit']}同时施工不超过 {anchors['works']} 处"


def _window(anchors: Mapping[str, Any], language: Language) -> str:
    if language == "en":
        return f"keeps out of: {anchors['window']}"
    return f"避开{anchors['window']}"


def _closed_days(anchors: Mapping[str, Any], language: Language) -> str:
    if language == "en":
        return f"{anchors['road']} is closed for {_days(anchors['days'])} less"
    return f"{anchors['road']}少封闭 {anchors['days']} 天"


def _joined(anchors: Mapping[str, Any], language: Language) -> str:
    road = anchors["road"]
    if language == "en":
        shares = "one trench" if anchors["trench"] else "one closure"
        where = f" on {road}" if road else ""
        return f"shares {shares} with “{anchors['name']}”{where}: {anchors['saved_m']} m"
    shares = "同槽同期" if anchors["trench"] else "同期封闭"
    return (
        f"与“{anchors['name']}”{f'在{road}' if road else ''}{shares},少开挖 {anchors['saved_m']} 米"
    )


_WORDS: Mapping[Effect, Callable[[Mapping[str, Any], Language], str]] = {
    Effect.PARALLEL: _clash,
    Effect.CLASH: _clash,
    Effect.CREW: _crew,
    Effect.WINDOW: _window,
    Effect.PAVEMENT: _pavement,
    Effect.CLOSED_DAYS: _closed_days,
    Effect.JOINED: _joined,
}


def _span(days: Days, language: Language) -> str:
    if days.last_on is None:
        return format_period(days.first_on, None, language)
    return format_days(days.first_on, days.last_on, language)


def summarise(work: Work, by: int, reasons: list[Reason], language: Language = "zh") -> str:
    """The shift of a work in one sentence: from when to when, and why."""
    to = shift_days(work.days, by)
    clauses = [explain_reason(reason, language) for reason in reasons]
    if language == "en":
        way = "later" if by > 0 else "earlier"
        head = f"{_days(abs(by))} {way}, {_span(to, 'en')}"
        return f"{head}: {'; '.join(clauses)}." if clauses else f"{head}."
    way = "推后" if by > 0 else "提前"
    head = f"{way} {abs(by)} 天,改为{_span(to, 'zh')}"
    return f"{head}:{';'.join(clauses)}。" if clauses else f"{head}。"
