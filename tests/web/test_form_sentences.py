"""The browser and the server say the same sentence about the same form, whatever is written in it."""

from __future__ import annotations

import json
import random
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from geo.forms import FORMS, Form, Kind, check, rules_for_browser
from geo.forms.checks import in_language
from tests.clock import TODAY

if TYPE_CHECKING:
    from geo.forms import Field

SCRIPT = Path(__file__).resolve().parents[1] / "js" / "form-sentences.mjs"
FORMS_TRIED = 6_000

ODD = [
    *("", " ", "\u3000", "\ufeff", "0", "-1", "1e5", "１２", "1,234.5", "１，０００", "99.999", "100.01", "+7", "."),
    *("5.", ".5", "12.340000", "0.00001", "100000001", "999999999999999", "1" * 16, "NaN", "Infinity", "٣"),
    *("2026-11-23", "2026-11-24", "2026-02-29", "2024-02-29", "1989-12-31", "2101-01-01", "2026-1-1", "0000-01-01"),
    *("昨天", "2026-13-01", "2026-00-10", "９月", " 2026-11-20 ", "x" * 201, "长" * 2_001, "😀" * 150, "😀" * 101),
    *("e\u0301" * 120, "a\r\nb", "a\0b", "\0", "week", "active", "postponed", "1", "7", "on", "<b>", "“%(label)s”"),
]  # fmt: skip


def value(field: Field, dice: random.Random, options: dict[str, list[str]]) -> str:
    """Something for a field: often right, often just wrong, sometimes absurd."""
    if dice.random() < 0.3:
        return dice.choice(ODD)
    if dice.random() < 0.2:
        return ""
    if field.kind is Kind.DAY:
        return (TODAY + timedelta(days=dice.randint(-400, 40))).isoformat()
    if field.kind in {Kind.CHOICE, Kind.REFERENCE}:
        return dice.choice([*options.get(field.name, []), "none"])
    if field.kind in {Kind.TEXT, Kind.LONG_TEXT}:
        return dice.choice(["王工", "x" * dice.randint(1, 120), " 围挡 \n"])
    return f"{dice.uniform(-5, 130):.{dice.randint(0, 5)}f}"


def cases(language: str) -> list[tuple[Form, dict[str, list[str]], dict[str, str], date]]:
    dice = random.Random(f"forms-{language}")  # noqa: S311  the same forms each time
    found = []
    for _ in range(FORMS_TRIED // 2):
        form = dice.choice(list(FORMS.values()))
        options = {
            field.name: ["1", "7"] if field.kind is Kind.REFERENCE else ["week", "active", "ended"]
            for field in form.fields
            if field.options
        }
        texts = {
            field.name: value(field, dice, options) for field in form.fields if dice.random() < 0.95
        }
        found.append((form, options, texts, TODAY))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_browser_and_server_say_the_same(language: Any) -> None:
    tried = cases(language)
    pairs = [
        [rules_for_browser(form, options, today, language), texts]
        for form, options, texts, today in tried
    ]
    program = subprocess.run(
        ["node", str(SCRIPT)],  # noqa: S607  the node that builds the browser's files
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        check=True,
    )
    said_by_browser = json.loads(program.stdout)
    said = set()
    for (form, options, texts, today), browser in zip(tried, said_by_browser, strict=True):
        server = in_language(check(form, texts, options, today).errors, language)
        assert browser == server, (form.name, texts)
        said |= {sentence[:6] for sentence in server.values()}
    assert len(said) > 20  # so many different ones were compared
