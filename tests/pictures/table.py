"""Every page and state that is photographed and looked over: one line each. A new page is a new line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

Size = Literal["desktop", "phone", "wall"]
City = Literal["demo", "empty"]

SIZES: dict[Size, tuple[int, int]] = {
    "desktop": (1440, 900),
    "phone": (390, 844),
    "wall": (1920, 1080),
}
BOTH: tuple[Size, ...] = ("desktop", "phone")
DESKTOP: tuple[Size, ...] = ("desktop",)
DRAWN = "html.map-drawn"


@dataclass(frozen=True, slots=True)
class State:
    """A page in a state: `before` prepares the browser, `ready` is waited for, `act` does what leads to the state.

    `who` is signed in (see tests/people.py), None is nobody. `complains`: the state is that something is missing, so
    Chromium's console says so.
    """

    name: str
    path: str
    ready: str = "main"
    act: Callable[[Page], None] | None = None
    before: Callable[[Page], None] | None = None
    sizes: tuple[Size, ...] = BOTH
    who: str | None = "command"
    city: City = "demo"
    complains: bool = False


def _press(*selectors: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()

    return press


def _type(words: str) -> Callable[[Page], None]:
    def write(page: Page) -> None:
        page.fill("#search", words)
        page.wait_for_selector("#search-results li")

    return write


def _sign_in_wrongly(page: Page) -> None:
    page.fill("input[name=name]", "nobody")
    page.fill("input[name=password]", "nothing")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_selector(".refused")


def _measure(page: Page) -> None:
    page.click("#measure-button")
    page.click("[data-measure=area]")
    for x, y in ((620, 300), (900, 300), (900, 520), (640, 560)):
        page.mouse.click(x, y)


def _hold(page: Page) -> None:
    """Data that never comes."""
    page.route("**/api/map/**", lambda _: None)


def _refuse(page: Page) -> None:
    """A server that went away after the page had come."""

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/api/map/**", refuse)


def _later(page: Page) -> None:
    page.route("**/api/map/**", lambda route: route.abort())
    page.fill("#day", "2026-12-24")
    page.wait_for_selector("#notices .notice")


STATES: tuple[State, ...] = (
    State("public", "/", ready="main"),
    State("public-list", "/list", who=None),
    State("sign-in", "/sign-in", who=None),
    State("sign-in-wrong", "/sign-in", act=_sign_in_wrongly, who=None, complains=True),
    State("account", "/account"),
    State("map", "/command", DRAWN),
    State("map-loading", "/command", before=_hold, sizes=BOTH),
    State("map-empty", "/command", DRAWN, city="empty"),
    State("map-server-away", "/command", "#notices .notice", before=_refuse, complains=True),
    State("map-old-data", "/command", DRAWN, _later, sizes=DESKTOP, complains=True),
    State("map-strange-link", "/command?colour=red&layers=moon&lamp=purple", DRAWN),
    State("map-forecast", "/command?day=2027-02-01", DRAWN),
    State("map-filters", "/command?lamp=red,yellow", DRAWN, _press("#filters summary")),
    State("map-list", "/command?sort=investment", DRAWN, _press("#list-fold summary")),
    State("map-compare", "/command?against=2026-10-24", DRAWN, sizes=DESKTOP),
    State("map-search", "/command", DRAWN, _type("dfh")),
    State("map-layers", "/command", DRAWN, _press("#layers-button")),
    State(
        "map-works",
        "/command?layers=overlaps,relocations,diversions,haul_routes,control_areas,roads,districts"
        "&at=37.45,116.31,14",
        DRAWN,
    ),
    State("map-near", "/command?layers=relocations,diversions,roads&at=37.452,116.318,16", DRAWN),
    State(
        "map-legend",
        "/command?layers=relocations,diversions,roads",
        DRAWN,
        _press("#legend summary"),
        sizes=DESKTOP,
    ),
    State("map-by-investment", "/command?size=investment", DRAWN, sizes=DESKTOP),
    State("map-measure", "/command?at=37.45,116.31,14", DRAWN, _measure, sizes=DESKTOP),
    State("map-menu", "/command", DRAWN, _press("#menu > summary")),
    State("project", "/command/projects/CJ-002", DRAWN),
    State("road", "/command/roads/东风路", DRAWN),
    State("table", "/command/projects"),
    State("table-empty", "/command/projects", city="empty"),
    State("missing", "/command/projects/nobody", complains=True),
    State("wall", "/command?wall=1", DRAWN, sizes=("wall",)),
    State("coordination", "/coordination", DRAWN),
    State("coordination-empty", "/coordination", city="empty"),
    State("pairs", "/coordination/pairs", DRAWN),
    State("diversions", "/coordination/diversions"),
    State("roads", "/roads"),
    State("road-plan", "/roads/东风路"),
    State("dig-plan", "/dig-plan"),
    State("zone", "/zones/1", DRAWN),
    State("zone-new", "/zones/new", DRAWN),
    State("emergency", "/zones/emergency", DRAWN),
    State("ledger", "/ledger"),
    State("ledger-project", "/ledger/CJ-002"),
    State("ledger-report", "/ledger/CJ-002/progress"),
    State("history", "/history/of/CJ-002"),
    State("inbox", "/inbox"),
    State("collection", "/collection"),
    State("collection-own", "/collection", who="editor:市公安局交通警察支队"),
    State("intake", "/intake"),
    State("intake-places", "/intake/places"),
    State("quality", "/quality"),
    State("sources", "/sources"),
    State("admin", "/admin", who="admin"),
    State("admin-rules", "/admin/rules", who="admin"),
    State("menu", "/ledger", act=_press("#menu > summary")),
)
