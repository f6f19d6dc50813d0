"""Languages of the interface: Chinese first, English second; asked for by `?lang=`, remembered by a cookie.

Messages in code and templates are English; `translations/zh/LC_MESSAGES/messages.po` gives the Chinese. The catalogue
is read as it is, so there is no compiled copy that could be out of date.
"""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import g, request
from flask_babel import Babel, Domain, get_babel, get_locale
from markupsafe import Markup, escape

from app.audience import is_public_request
from app.wiring import get_wiring

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog
    from flask import Flask, Response

    from geo.errors import ChangeError

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
COOKIE = "lang"
_CHINESE = re.compile(r"[^\s<>&]*[\u4e00-\u9fff][^\s<>&]*")
"""A run without a space that has Chinese in it."""
COOKIE_SECONDS = 365 * 24 * 3600
CATALOGUE = Path(__file__).parent / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
BROWSER_CODE = "app/frontend/"


def read_catalogue() -> Catalog:
    """The Chinese catalogue as it stands in the repository."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh")


def browser_messages(catalogue: Catalog) -> dict[str, str | list[str]]:
    """Those messages that the browser's code uses; a message with a plural has its forms as a list."""
    found: dict[str, str | list[str]] = {}
    for message in catalogue:
        if not any(path.startswith(BROWSER_CODE) for path, _ in message.locations):
            continue
        said = message.string
        key = message.id if isinstance(message.id, str) else message.id[0]
        found[key] = said if isinstance(said, str) else list(said or ())
    return found


class Catalogue(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """The translations of this package, for Flask-Babel, without files made from files."""

    def __init__(self) -> None:
        """Read the Chinese catalogue; English needs none."""
        super().__init__()
        catalogue = read_catalogue()
        self.for_browser = browser_messages(catalogue)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self._translations = {"zh": Translations(compiled), "en": Translations()}

    def get_translations(self) -> Translations:
        """The translations of the present request's language."""
        locale = get_locale()
        return self._translations["en" if locale and locale.language == "en" else "zh"]


class Languages(Babel):  # type: ignore[misc]  # Flask-Babel ships no types
    """Flask-Babel with this package's own catalogue."""

    @property
    def domain_instance(self) -> Catalogue:
        """The catalogue, read once for each process."""
        return _catalogue()


@cache
def _catalogue() -> Catalogue:
    return Catalogue()


def known(text: str | None) -> Language | None:
    """The language that `text` names, or None."""
    return text if text in LANGUAGES else None


def language() -> Language:
    """The language of the present request: asked for, else remembered (by staff), else the installation's own."""
    if "language" not in g:
        g.language = (
            known(request.args.get("lang"))
            or (None if is_public_request() else known(request.cookies.get(COOKIE)))
            or get_wiring().settings.language
        )
    return cast("Language", g.language)


def told(error: ChangeError) -> str:
    """Why a change was not made, in the language of the present request."""
    return error.en if language() == "en" else error.zh


def half(both: str) -> str:
    """The half of “中文 / English” that is read in the present request; the Chinese where there is but one."""
    zh, _, en = both.partition(" / ")
    return en if language() == "en" and en else zh


def mark_own_words(words: object) -> object:
    """Text as it was entered: on an English page its Chinese is marked as such, for reading aloud and line breaks."""
    text = "" if words is None else str(words)
    if language() != "en" or not _CHINESE.search(text):
        return words
    return Markup(_CHINESE.sub(r'<span lang="zh-CN">\g<0></span>', str(escape(text))))  # noqa: S704  escaped here


def messages_for_browser() -> dict[str, str | list[str]]:
    """What the browser's code needs to speak the present language; English it speaks by itself."""
    if language() == "en":
        return {}
    languages = cast("Languages", get_babel().instance)
    return languages.domain_instance.for_browser


def add_languages(app: Flask) -> None:
    """Give the application its languages and remember the one a person asked for."""
    Languages(app, default_locale="zh", locale_selector=language)
    app.jinja_env.globals["language"] = language
    app.jinja_env.filters["own"] = mark_own_words
    app.jinja_env.policies[
        "json.dumps_kwargs"
    ] = {}  # the order of code lists is the city's, not the alphabet's

    @app.after_request
    def remember(response: Response) -> Response:
        asked = known(request.args.get("lang"))
        if asked and not request.path.startswith("/api/") and not is_public_request():
            response.set_cookie(
                COOKIE, asked, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True
            )
        return response
