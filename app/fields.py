"""Forms as pages show them: what stands in each field, what may be chosen, what is wrong, which version was read."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import request

from app.languages import language
from app.params import LARGEST_INTEGER, read_number
from geo.errors import VersionMissingError
from geo.forms import Checked, Choice, Field, Form, Kind, check, rules_for_browser
from geo.forms.checks import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NO_VERSION = "the edit does not say which version it saw (If-Match, or the field “version”)"
YUAN = 10_000


def write_value(kind: Kind, value: Any) -> str:  # noqa: ANN401  any column's value
    """A column's value (or the same from the history, as JSON) as it stands in a field."""
    if value is None:
        return ""
    if kind is Kind.YES_NO:
        return "1" if value else ""
    if kind is Kind.MONEY:
        return f"{(Decimal(str(value)) / YUAN).normalize():f}"
    if kind in {Kind.PERCENT, Kind.NUMBER, Kind.COUNT}:
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else str(value)


def write_values(form: Form, row: Mapping[str, Any]) -> dict[str, str]:
    """What stands in a form's fields for a record."""
    return {one.name: write_value(one.kind, row.get(one.name)) for one in form.fields}


@dataclass(slots=True)
class Filled:
    """A form on a page."""

    form: Form
    texts: dict[str, str]
    options: dict[str, Sequence[Choice]]
    """The choices of each list, by the list's name."""
    today: date
    version: str = ""
    districts: tuple[int, ...] | None = None
    """The districts of the project when the form was opened; None for a form that has no boxes for them."""
    errors: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    """Why the whole was not taken."""
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    """Names one sending, so that the same sent twice is kept once."""

    def label(self, one: Field) -> str:
        """The field's name in the reader's language."""
        return one.label.of(language())

    def hint(self, one: Field) -> str:
        """What helps to fill the field in."""
        return one.hint.of(language()) if one.hint else ""

    def choices(self, one: Field) -> Sequence[Choice]:
        """What may be chosen; what stands there though it is no choice any more stays a choice."""
        listed = list(self.options.get(one.options or "", ()))
        text = self.texts.get(one.name, "")
        if text and all(choice.value != text for choice in listed):
            listed.append(Choice(text, text))
        return listed

    def shown(self, one: Field, text: str) -> str:
        """A field's text as it is read: the name of what was chosen, yes or no."""
        if one.kind is Kind.YES_NO:
            return ("是" if text else "否") if language() == "zh" else ("yes" if text else "no")
        listed = self.options.get(one.options or "", ())
        return next((choice.label for choice in listed if choice.value == text), text)

    @property
    def allowed(self) -> dict[str, list[str]]:
        """For each field with choices, the values that may be sent."""
        return {
            one.name: [choice.value for choice in self.options.get(one.options, ())]
            for one in self.form.fields
            if one.options
        }

    @property
    def rules(self) -> dict[str, Any]:
        """The rules of the form for the browser."""
        return rules_for_browser(self.form, self.allowed, self.today, language())

    @property
    def boxes(self) -> list[Field]:
        """The boxes that stand together under a title of their own."""
        return [one for one in self.form.fields if one.group]

    def check(self, given: Mapping[str, str]) -> Checked:
        """Take what was sent: it stands in the fields from now on, with what is wrong beside it."""
        self.texts = {one.name: clean(given.get(one.name, "")) for one in self.form.fields}
        checked = check(self.form, self.texts, self.allowed, self.today)
        self.errors = {name: words.of(language()) for name, words in checked.errors.items()}
        return checked


def seen_version() -> int:
    """The version that an edit saw: `If-Match`, else the form's field; raises VersionMissingError."""
    tags = list(request.if_match.as_set(include_weak=True)) if request.if_match else []
    text = tags[0] if tags else request.form.get("version", "")
    version = read_number(text, LARGEST_INTEGER)
    if version is None:
        raise VersionMissingError(NO_VERSION)
    return version


def sending_key() -> str:
    """A name for what is being sent: the page's key and the content, so that only the very same is the same."""
    sent = sorted(
        (name, text)
        for name, text in request.form.items(multi=True)
        if name not in {"csrf_token", "version"}
    )
    digest = sha256(repr((request.path, sent)).encode()).hexdigest()[:24]
    return f"{request.form.get('key', '')[:32]}.{digest}"
