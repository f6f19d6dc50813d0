"""Checking what was filled in: text → values, or a sentence for each field. `frontend/forms/check.js` does the same.

Both read the same rules and fill the same sentences, so that a person is told the same thing by the browser and by
the server; a test compares the two on thousands of forms.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from geo.forms.field import Field, Form, Kind, Rule, Words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.forms.field import Language

BLANKS = " \t\r\n\u3000\u00a0\ufeff"
"""What is cut off at both ends; written out, because Python and JavaScript do not agree on what is blank."""

SENTENCES: dict[str, Words] = {
    "required": Words("请填写“%(label)s”。", "Fill in “%(label)s”."),
    "choose": Words("请选择“%(label)s”。", "Choose “%(label)s”."),
    "unknown": Words(
        "“%(label)s”中没有这一项,请从列表中选择。",
        "“%(label)s” has no such entry. Choose one from the list.",
    ),
    "longest": Words(
        "“%(label)s”最多%(most)s字,现有%(length)s字,请缩短。",
        "“%(label)s” may have %(most)s characters and has %(length)s. Shorten it.",
    ),
    "number": Words(
        "“%(label)s”应填数字,例如 35.5;“%(value)s”不是数字。",
        "“%(label)s” takes a number such as 35.5; “%(value)s” is none.",
    ),
    "whole": Words(
        "“%(label)s”应填整数;“%(value)s”不是整数。",
        "“%(label)s” takes a whole number; “%(value)s” is none.",
    ),
    "places": Words(
        "“%(label)s”最多保留%(places)s位小数。",
        "“%(label)s” takes at most %(places)s decimals.",
    ),
    "least": Words("“%(label)s”不能小于%(least)s。", "“%(label)s” cannot be less than %(least)s."),
    "most": Words("“%(label)s”不能大于%(most)s。", "“%(label)s” cannot be more than %(most)s."),
    "day": Words(
        "“%(label)s”应填日期,例如 2026-11-23;“%(value)s”不是日期。",
        "“%(label)s” takes a day such as 2026-11-23; “%(value)s” is none.",
    ),
    "far": Words("“%(label)s”应在1990年至2100年之间。", "“%(label)s” lies between 1990 and 2100."),
    "future": Words(
        "“%(label)s”(%(value)s)不能晚于今天(%(today)s)。",
        "“%(label)s” (%(value)s) cannot be after today (%(today)s).",
    ),
    "order": Words(
        "“%(label)s”(%(value)s)早于“%(other)s”(%(before)s)。",
        "“%(label)s” (%(value)s) is before “%(other)s” (%(before)s).",
    ),
    "some": Words("%(labels)s至少填写一项。", "Fill in at least one of %(labels)s."),
    "together": Words(
        "%(labels)s应同时填写或同时留空。", "Fill in %(labels)s together, or leave all empty."
    ),
}
"""Every sentence a check can say; `%(…)s` are filled in by it."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SHOWN = 40
"""No more of a wrong value is repeated."""
_EARLIEST, _LATEST = 1990, 2100

Options: TypeAlias = "Mapping[str, Collection[str]]"
"""For each field with choices, the values that may be chosen."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a form says: values by field (None where it is left empty), or the sentences that say what is wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Words] = field(default_factory=dict)


def clean(text: str) -> str:
    """Text as it is kept: one form of each character, one kind of line end, no blanks round it, no NUL."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\0", ""))
    return composed.strip(BLANKS)


def check(form: Form, given: Mapping[str, str], options: Options, today: date) -> Checked:
    """Check what was filled in. Fields that are not in `given` are left empty; `today` bounds days that have come."""
    checked = Checked()
    texts: dict[str, str] = {}
    for one in form.fields:
        texts[one.name] = clean(given.get(one.name, ""))
        said = _check_field(one, texts[one.name], options.get(one.name, ()), today)
        if isinstance(said, Words):
            checked.errors[one.name] = said
        else:
            checked.values[one.name] = said
    for rule in form.rules:
        _check_rule(form, rule, texts, checked)
    return checked


def _say(key: str, **values: object) -> Words:
    zh, en = SENTENCES[key]
    filled = {
        name: value if isinstance(value, Words) else Words(str(value), str(value))
        for name, value in values.items()
    }
    return Words(
        zh % {name: value.zh for name, value in filled.items()},
        en % {name: value.en for name, value in filled.items()},
    )


def _check_field(  # noqa: PLR0911  one answer for each way to be wrong
    one: Field, text: str, options: Collection[str], today: date
) -> Any:  # noqa: ANN401  any column's value
    """The value of a field, or the sentence (`Words`) that says what is wrong with it."""
    chosen = one.kind in {Kind.CHOICE, Kind.REFERENCE}
    if one.kind is Kind.YES_NO:
        return text in {"1", "on", "true", "yes"}
    if text == "":
        if not one.required:
            return None
        return _say("choose" if chosen else "required", label=one.label)
    if chosen:
        if text not in options:
            return _say("unknown", label=one.label)
        return int(text) if one.kind is Kind.REFERENCE else text
    if one.kind in {Kind.TEXT, Kind.LONG_TEXT}:
        if len(text) > one.longest:
            return _say("longest", label=one.label, most=one.longest, length=len(text))
        return text
    if one.kind is Kind.DAY:
        return _read_day(one, text, today)
    return _read_number(one, text)


def _read_day(one: Field, text: str, today: date) -> date | Words:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        return _say("day", label=one.label, value=text[:_SHOWN])
    if not _EARLIEST <= day.year <= _LATEST:
        return _say("far", label=one.label)
    if one.until_today and day > today:
        return _say("future", label=one.label, value=day, today=today)
    return day


def plain_number(text: str) -> str:
    """A number without thousands marks and full-width signs, as people copy it from a table."""
    return unicodedata.normalize("NFKC", text).replace(",", "").strip(BLANKS)


def _read_number(  # noqa: PLR0911  one answer for each way to be wrong
    one: Field, text: str
) -> Decimal | int | Words:
    plain = plain_number(text)
    if not _NUMBER.fullmatch(plain):
        return _say("number", label=one.label, value=text[:_SHOWN])
    places = 4 if one.kind is Kind.MONEY else 2 if one.kind is Kind.PERCENT else one.places
    decimals = len(plain.partition(".")[2].rstrip("0"))
    if one.kind is Kind.COUNT and decimals:
        return _say("whole", label=one.label, value=text[:_SHOWN])
    if decimals > places:
        return _say("places", label=one.label, places=places)
    number = Decimal(plain)
    least, most = bounds(one)
    if least is not None and number < Decimal(str(least)):
        return _say("least", label=one.label, least=_plain(least))
    if most is not None and number > Decimal(str(most)):
        return _say("most", label=one.label, most=_plain(most))
    if one.kind is Kind.MONEY:
        return int(number * 10_000)
    return int(number) if one.kind is Kind.COUNT else number


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)


def bounds(one: Field) -> tuple[float | None, float | None]:
    """The least and the most that a number field takes."""
    least, most = one.least, one.most
    if one.kind is Kind.PERCENT:
        return (0.0 if least is None else least, 100.0 if most is None else most)
    if one.kind is Kind.COUNT:
        return (0.0 if least is None else least, 100_000.0 if most is None else most)
    if one.kind is Kind.MONEY:
        return (0.0 if least is None else least, 100_000_000.0 if most is None else most)
    return least, most


def _labels(form: Form, names: tuple[str, ...]) -> Words:
    labels = [form.field(name).label for name in names]
    return Words(
        "".join(f"“{label.zh}”" for label in labels),
        ", ".join(f"“{label.en}”" for label in labels),
    )


def _check_rule(  # noqa: C901  four rules
    form: Form, rule: Rule, texts: dict[str, str], checked: Checked
) -> None:
    """Put a sentence beside the field that a broken rule is told at, unless that field is wrong already."""
    names = rule.fields
    filled = [texts[name] != "" for name in names]
    match rule.kind:
        case "order":
            first, last = (checked.values.get(name) for name in names)
            if first is not None and last is not None and first > last:
                later, earlier = form.field(names[1]), form.field(names[0])
                said = _say(
                    "order", label=later.label, value=last, other=earlier.label, before=first
                )
                checked.errors.setdefault(names[1], said)
        case "some":
            if not any(filled):
                checked.errors.setdefault(names[0], _say("some", labels=_labels(form, names)))
        case "together":
            if any(filled) and not all(filled):
                missing = names[filled.index(False)]
                checked.errors.setdefault(missing, _say("together", labels=_labels(form, names)))
        case "needs":
            if texts[names[0]] not in {"", rule.unless}:
                for name in names[1:]:
                    if texts[name] == "":
                        said = _say("required", label=form.field(name).label)
                        checked.errors.setdefault(name, said)


def in_language(errors: Mapping[str, Words], language: Language) -> dict[str, str]:
    """The sentences in one language."""
    return {name: words.of(language) for name, words in errors.items()}
