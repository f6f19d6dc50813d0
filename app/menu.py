"""The bar at the top of the staff's pages: where it leads whoever asks, and the page in the other language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, request, url_for
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException

from app.doors import doors_of
from app.languages import language
from app.signing import signed_in

if TYPE_CHECKING:
    from flask import Flask

    from app.access import Viewer


@dataclass(frozen=True, slots=True)
class Destination:
    """A page that the bar leads to. `ahead`: it stands in the bar itself where there is room, not in the menu alone.

    `around` are the blueprints whose pages belong to it; `edits`: it is for those who may change something.
    """

    endpoint: str
    words: str
    ahead: bool = False
    around: tuple[str, ...] = ()
    edits: bool = False

    def is_for(self, asker: Viewer) -> bool:
        """Whether its door opens for the asker."""
        if self.endpoint.startswith("admin.") and not asker.may_administer:
            return False
        return asker.audience in doors_of(self.endpoint) and (asker.may_edit or not self.edits)

    @property
    def url(self) -> str:
        """Its address."""
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether the present page is this one."""
        return request.endpoint == self.endpoint

    @property
    def is_around(self) -> bool:
        """Whether the present page belongs to it."""
        return self.is_here or request.blueprint in self.around


@dataclass(frozen=True, slots=True)
class Group:
    """Destinations that stand together under a title."""

    title: str
    destinations: tuple[Destination, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        lazy_gettext("Projects"),
        (
            Destination("command.show_map", lazy_gettext("Map"), ahead=True),
            Destination("command.show_projects", lazy_gettext("Table")),
            Destination(
                "ledger.show_list",
                lazy_gettext("Ledger"),
                ahead=True,
                around=("ledger", "new_project", "reports", "plan_months"),
            ),
            Destination("rulings.show_desk", lazy_gettext("Objections and rulings")),
            Destination("history.show_changes", lazy_gettext("History")),
        ),
    ),
    Group(
        lazy_gettext("Coordination"),
        (
            Destination(
                "cases.show_desk",
                lazy_gettext("Coordination cases"),
                ahead=True,
                around=("cases",),
            ),
            Destination("coordination.show_pairs", lazy_gettext("Pairs"), around=("coordination",)),
            Destination("diversions.show_board", lazy_gettext("Diversions")),
            Destination("roads.list_roads", lazy_gettext("Roads"), ahead=True, around=("roads",)),
            Destination("dig_plan.show_plan", lazy_gettext("Dig plan")),
            Destination("zones.show_new", lazy_gettext("Draw a zone"), edits=True),
            Destination("zones.show_emergency", lazy_gettext("Emergency repair"), edits=True),
        ),
    ),
    Group(
        lazy_gettext("Data"),
        (
            Destination(
                "collection.show_rounds",
                lazy_gettext("Collection"),
                ahead=True,
                around=("collection",),
            ),
            Destination("intake.show_intake", lazy_gettext("Import"), around=("intake",)),
            Destination("quality.show_quality", lazy_gettext("Data quality")),
            Destination("sources.show_sources", lazy_gettext("Data feeds")),
            Destination(
                "releases.show_releases",
                lazy_gettext("Releases to the public"),
                around=("releases", "announcements"),
            ),
            Destination(
                "admin.show_accounts",
                lazy_gettext("Administration"),
                around=("admin", "city_data", "city_times", "district_map", "unit_desk"),
            ),
        ),
    ),
)
"""All of the menu, in the order in which it is read."""


def find_groups(asker: Viewer) -> list[Group]:
    """The menu as it is for the asker, without what is not for him."""
    found = (
        Group(group.title, tuple(one for one in group.destinations if one.is_for(asker)))
        for group in GROUPS
    )
    return [group for group in found if group.destinations]


def menu_groups() -> list[Group]:
    """The menu of the present request; empty when nobody is signed in."""
    asker = signed_in()
    return find_groups(asker) if asker else []


def other_language_url() -> str:
    """The present page in the other language; after a form was refused, the page it was sent from."""
    asked = {"lang": "zh" if language() == "en" else "en"}
    if _is_read(request.path):
        return f"{request.path}?{urlencode({**request.args.to_dict(), **asked})}"
    page = urlsplit(request.referrer or "")
    if page.netloc == request.host and _is_read(page.path):
        return f"{page.path}?{urlencode({**dict(parse_qsl(page.query)), **asked})}"
    return url_for("accounts.show_start", lang=asked["lang"])


def _is_read(path: str) -> bool:
    """Whether there is a page at the path, and not only somewhere to send a form."""
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]  # in a request
    except HTTPException:
        return False
    return True


def add_menu(app: Flask) -> None:
    """Give templates what the bar is made of."""
    app.jinja_env.globals["menu_groups"] = menu_groups
    app.jinja_env.globals["other_language_url"] = other_language_url
