"""Two languages: all of the interface is in both, and the one asked for is remembered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from app.config import PROJECT_DIR
from app.languages import BROWSER_CODE, browser_messages, read_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.testing import FlaskClient

MAPPING = PROJECT_DIR / "app" / "translations" / "babel.cfg"
PLACE = re.compile(r"%\(\w+\)[sd]")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}


def messages_in_code() -> dict[str, set[str]]:
    """Every message (the singular of those with a plural) and the files that use it."""
    with MAPPING.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[str, set[str]] = {}
    for part in ("app", "templates"):
        rows = extract_from_dir(
            PROJECT_DIR / part,
            method_map=[(str(pattern).removeprefix(f"{part}/"), how) for pattern, how in methods],
            options_map={
                str(pattern).removeprefix(f"{part}/"): dict(how) for pattern, how in options.items()
            },
            keywords=KEYWORDS,
        )
        for path, _, message, _, _ in rows:
            key = message[0] if isinstance(message, tuple) else message
            found.setdefault(key, set()).add(f"{part}/{path}")
    return found


def test_a_message_with_a_plural_is_never_asked_for_without_its_number() -> None:
    """Without it there is no Chinese of it to be found."""
    counted = {
        message.id[0]
        for message in read_catalogue()
        if message.id and isinstance(message.id, tuple)
    }
    asked = re.compile(r"""(?<![a-z])(?:_|gettext|lazy_gettext)\(\s*(["'])(.+?)\1""")
    files = [
        path
        for part in ("app", "templates")
        for kind in ("py", "html", "js")
        for path in (PROJECT_DIR / part).rglob(f"*.{kind}")
        if "static" not in path.parts
    ]
    wrong = {
        (path.name, found[2])
        for path in files
        for found in asked.finditer(path.read_text(encoding="utf-8"))
        if found[2] in counted
    }
    assert wrong == set()
    assert len(counted) > 20


def places(texts: Iterable[str]) -> set[str]:
    return {place[:-1] for text in texts for place in PLACE.findall(text)}


def test_every_message_has_its_chinese_and_no_chinese_is_left_over() -> None:
    in_code = messages_in_code()
    catalogue = read_catalogue()
    translated = {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in catalogue
        if message.id
    }
    assert set(in_code) == set(translated)
    empty = [key for key, message in translated.items() if not all(as_list(message.string))]
    assert empty == []


def test_the_browser_gets_the_messages_that_its_code_uses() -> None:
    used = {
        key
        for key, files in messages_in_code().items()
        if any(path.startswith(BROWSER_CODE) for path in files)
    }
    assert set(browser_messages(read_catalogue())) == used


def test_a_translation_has_the_places_of_its_message() -> None:
    for message in read_catalogue():
        if message.id:
            assert places(as_list(message.string)) == places(as_list(message.id)), message.id


def as_list(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]


def test_chinese_is_spoken_unless_somebody_asks_for_english(client: FlaskClient) -> None:
    page = client.get("/command", headers={"Accept-Language": "en-GB,en"})
    assert 'lang="zh-CN"' in page.text
    assert "未开工" in page.text


def test_english_asked_for_once_is_remembered(client: FlaskClient) -> None:
    asked = client.get("/command?lang=en")
    assert '<html lang="en">' in asked.text
    assert "Not started" in asked.text
    again = client.get("/command")
    assert '<html lang="en">' in again.text
    back = client.get("/command?lang=zh")
    assert "未开工" in back.text


def test_a_language_nobody_speaks_here_is_not_remembered(client: FlaskClient) -> None:
    page = client.get("/command?lang=fr")
    assert 'lang="zh-CN"' in page.text
    assert client.get_cookie("lang") is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_message_is_left_in_the_other_language(client: FlaskClient, lang: str) -> None:
    text = client.get(f"/command/projects?lang={lang}").text
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', text)
    assert heads
    chinese = [head for head in heads if re.search(r"[\u4e00-\u9fff]", head)]
    assert len(chinese) == (len(heads) if lang == "zh" else 0)
