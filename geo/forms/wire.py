"""A form's rules as plain JSON, for the browser: the same fields, bounds and sentences that the server goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.forms.checks import SENTENCES, Options, bounds
from geo.forms.field import Form, Kind

if TYPE_CHECKING:
    from datetime import date

    from geo.forms.field import Language

_PLACES = {Kind.MONEY: 4, Kind.PERCENT: 2}


def rules_for_browser(
    form: Form, options: Options, today: date, language: Language
) -> dict[str, Any]:
    """What `frontend/forms/check.js` needs to check `form` as `geo.forms.checks.check` does."""
    fields = []
    for one in form.fields:
        least, most = bounds(one)
        fields.append(
            {
                "name": one.name,
                "label": one.label.of(language),
                "kind": one.kind.value,
                "required": one.required,
                "longest": one.longest,
                "least": least,
                "most": most,
                "places": _PLACES.get(one.kind, one.places),
                "untilToday": one.until_today,
                "options": list(options[one.name]) if one.name in options else None,
            }
        )
    return {
        "language": language,
        "today": today.isoformat(),
        "fields": fields,
        "rules": [
            {"kind": rule.kind, "fields": list(rule.fields), "unless": rule.unless}
            for rule in form.rules
        ],
        "sentences": {key: words.of(language) for key, words in SENTENCES.items()},
    }
