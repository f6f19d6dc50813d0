"""Why a lamp is what it is: sentences with numbers, made from a reason and a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from geo.status.facts import Aspect, Lamp, Mark
from geo.status.words import CHINESE, ENGLISH

if TYPE_CHECKING:
    from datetime import date

    from geo.status.facts import Precision, Reason, Stage, Status
    from geo.status.words import Anchors, Told, Words

Language = Literal["zh", "en"]


def explain(reason: Reason, day: date, language: Language = "zh") -> str:
    """Make the sentence of a reason as on `day`: it counts the days from the reason's anchors to `day`.

    A blocker's sentence names the awaited unit. A reason kept from other rules than these, whose code or anchors are
    not known here, is told by its aspect and lamp alone.
    """
    words = _words(language)
    sentence = _sentence(_told(reason, day, words), words)
    units = _units(words, reason.anchors if reason.aspect is Aspect.BLOCKER else None)
    return f"{sentence}{words.semicolon}{units}" if units else sentence


def explain_all(
    status: Status, day: date, language: Language = "zh", lead_unit: str | None = None
) -> str:
    """Make the one line that says why: the worst reason, what holds it up, and with whom that lies.

    `lead_unit` is named where the lamp is yellow or red. Without a reason it says what the lamp stands for. A ruling
    comes first, then what the computed lamp says.
    """
    words = _words(language)
    if status.is_ruled:
        ruling = explain(status.reasons[0], day, language)
        computed = explain_all(status.computed, day, language, lead_unit)
        return f"{ruling}{words.semicolon}{computed}"
    if not status.reasons:
        return _no_reason(status, words)
    worst = status.reasons[0]
    told = _told(worst, day, words)
    holding: Anchors | None = worst.anchors.get("blocker")
    sentence = _sentence(told, words)
    if holding:
        sentence = f"{told[0]}{words.colon}{holding.get('text', '')}"
    awaited = worst.anchors if worst.aspect is Aspect.BLOCKER else holding
    units = _units(words, awaited, None if worst.severity is Lamp.PAUSED else lead_unit)
    return f"{sentence}{words.semicolon}{units}" if units else sentence


def lamp_name(lamp: Lamp, language: Language = "zh") -> str:
    """Give a lamp's name."""
    return _words(language).lamps[lamp]


def stage_name(stage: Stage, language: Language = "zh") -> str:
    """Give a stage's name."""
    return _words(language).stages[stage]


def mark_name(mark: Mark, language: Language = "zh") -> str:
    """Give a mark's name."""
    return _words(language).marks[mark]


def planned_day_text(on: date, precision: Precision, language: Language = "zh") -> str:
    """Write a planned day as exactly as it is meant: "2026年3月底", "the end of March 2026"."""
    return _words(language).planned_day(on, precision)


def _words(language: Language) -> Words:
    return ENGLISH if language == "en" else CHINESE


def _told(reason: Reason, day: date, words: Words) -> Told:
    """Tell a reason as a headline and details; what cannot be read is told by its aspect and lamp."""
    try:
        return words.reasons[reason.code](reason.anchors, day)
    except (KeyError, TypeError, ValueError):
        return f"{words.aspects[reason.aspect]}{words.colon}{words.lamps[reason.severity]}", ""


def _sentence(told: Told, words: Words) -> str:
    headline, details = told
    return words.details.format(headline, details) if details else headline


def _units(words: Words, blocker: Anchors | None, lead_unit: str | None = None) -> str:
    """Name the awaited unit of a blocker and the lead unit, as far as they are known."""
    awaited = None
    if blocker:
        awaited = blocker.get(words.awaited_unit_key) or blocker.get("awaited_unit")
    named = [
        form.format(unit)
        for form, unit in ((words.awaited_unit, awaited), (words.lead_unit, lead_unit))
        if unit
    ]
    return words.comma.join(named)


def _no_reason(status: Status, words: Words) -> str:
    if status.lamp is Lamp.BLUE:
        return words.stages[status.stage]
    without_plan = Mark.NO_PLAN in status.marks
    if status.lamp is Lamp.GREY:
        return words.no_start_planned if without_plan else words.not_due
    return words.no_finish_planned if without_plan else words.on_plan
