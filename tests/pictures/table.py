"""Every page and state that is photographed and looked over: one line each. A new page is a new line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

Size = Literal["desktop", "phone", "wall"]
Lang = Literal["zh", "en"]
Scheme = Literal["light", "dark"]
City = Literal["demo", "empty", "worked", "round", "away"]

SIZES: dict[Size, tuple[int, int]] = {
    "desktop": (1440, 900),
    "phone": (390, 844),
    "wall": (1920, 1080),
}
BOTH: tuple[Size, ...] = ("desktop", "phone")
DESKTOP: tuple[Size, ...] = ("desktop",)
PHONE: tuple[Size, ...] = ("phone",)
WALL: tuple[Size, ...] = ("wall",)
DRAWN = "html.map-drawn"
PUBLIC = "html.public-ready"
POLICE = "editor:市公安局交通警察支队"

Look = tuple[Size, Lang, Scheme]
PAIRS: tuple[Look, ...] = (
    ("desktop", "zh", "light"),
    ("desktop", "en", "dark"),
    ("phone", "zh", "dark"),
    ("phone", "en", "light"),
)
"""Each two of size, language and scheme meet once."""


@dataclass(frozen=True, slots=True)
class State:
    """A page in a state: `before` prepares the browser, `ready` is waited for, `act` does what leads to the state.

    `who` is signed in (see tests/people.py), None is nobody. `complains`: the state is that something is missing, so
    Chromium's console says so. `waits`: some answer never comes. `shows` is the endpoint of the page, where `act` leads
    to another than the path's. `every`: in every look, not in pairs. What stands in braces in the path is the city's
    own (see cities.py).
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
    waits: bool = False
    shows: str = ""
    every: bool = False

    @property
    def looks(self) -> tuple[Look, ...]:
        """In which looks it is photographed."""
        if self.sizes == BOTH and not self.every:
            return PAIRS
        return tuple(product(self.sizes, get_args(Lang), get_args(Scheme)))


def _press(*selectors: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()

    return press


def _follow(*hrefs: str, ready: str = "main") -> Callable[[Page], None]:
    """Go on to where the first link leads whose address matches, one after another."""

    def follow(page: Page) -> None:
        for href in hrefs:
            link = page.locator(f"a{href}").first
            address = link.get_attribute("href")
            assert address is not None
            lang = re.findall("lang=(..)", page.url)[-1]
            page.goto(urljoin(page.url, f"{address}{'&' if '?' in address else '?'}lang={lang}"))
            page.wait_for_selector(ready, state="attached")

    return follow


def _send(
    button: str, *fields: tuple[str, str], then: str = ".refused, .form-error"
) -> Callable[[Page], None]:
    """Fill a form, send it, and wait for what comes of it."""

    def send(page: Page) -> None:
        for selector, value in fields:
            page.fill(selector, value)
        page.locator(button).first.click()
        page.wait_for_selector(then)

    return send


def _type(words: str) -> Callable[[Page], None]:
    def write(page: Page) -> None:
        page.fill("#search", words)
        page.wait_for_selector("#search-results li")

    return write


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
    # everybody's
    State("public", "/", PUBLIC, who=None, every=True),
    State("public-site", "/?site=CJ-005", "#sheet-detail .public-sheet", who=None),
    State("public-closure", "/?closure=DX-0042", "#sheet-detail .public-sheet", who=None),
    State("public-large", "/?large=1", PUBLIC, who=None),
    State("public-empty", "/", PUBLIC, who=None, city="empty"),
    State("public-list", "/list", who=None),
    State("public-list-empty", "/list", who=None, city="empty"),
    State("embed", "/embed", PUBLIC, who=None),
    State("site", "/sites/CJ-005", who=None),
    State("site-large", "/sites/CJ-005?large=1", who=None, sizes=PHONE),
    State("site-missing", "/sites/nobody", who=None, complains=True),
    State("board", "/sites/CJ-005/board", who=None),
    State("closure", "/closures/DX-0042", who=None),
    # the door
    State("sign-in", "/sign-in", who=None),
    State(
        "sign-in-wrong",
        "/sign-in",
        act=_send(
            "main form .door-go",
            ("input[name=name]", "nobody"),
            ("input[name=password]", "nothing"),
        ),
        who=None,
        complains=True,
    ),
    State("reset", "/account/reset/{link}", who=None, city="worked"),
    State("reset-used", "/account/reset/none", who=None, complains=True),
    State("account", "/account"),
    State("away", "/command", who=None, city="away", complains=True),
    # the map
    State("map", "/command", DRAWN, every=True),
    State("map-loading", "/command", before=_hold, waits=True),
    State("map-empty", "/command", DRAWN, city="empty"),
    State("map-server-away", "/command", "#notices .notice", before=_refuse, complains=True),
    State("map-old-data", "/command", DRAWN, _later, sizes=DESKTOP, complains=True),
    State("map-strange-link", "/command?colour=red&layers=moon&lamp=purple", DRAWN),
    State("map-forecast", "/command?day=2027-02-01", DRAWN),
    State("map-filters", "/command?lamp=red,yellow", DRAWN, _press("#filters summary")),
    State("map-list", "/command?sort=investment", DRAWN, _press("#list-fold summary")),
    State("map-compare", "/command?against=2026-10-24", DRAWN),
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
    State("project", "/command/projects/CJ-002", DRAWN, every=True),
    State("project-late", "/command/projects/CJ-016-2", DRAWN),
    State("road", "/command/roads/东风路", DRAWN),
    State("table", "/command/projects"),
    State("table-empty", "/command/projects", city="empty"),
    State("missing", "/command/projects/nobody", complains=True),
    State("wall", "/command?wall=1", DRAWN, sizes=WALL),
    State("wall-empty", "/command?wall=1", DRAWN, sizes=WALL, city="empty"),
    # the coordination desk
    State("coordination", "/coordination", DRAWN),
    State("coordination-empty", "/coordination", city="empty"),
    State(
        "case",
        "/coordination",
        DRAWN,
        _follow("[href*='/coordination/cases/']", ready=DRAWN),
        shows="cases.show_case",
    ),
    State("case-talk", "/coordination/cases/2026-1", DRAWN, city="worked"),
    State("pairs", "/coordination/pairs", DRAWN),
    State("pairs-empty", "/coordination/pairs", city="empty"),
    State(
        "pair", "/coordination/pairs", DRAWN, _press(".pair-item"), shows="coordination.show_pair"
    ),
    State("diversions", "/coordination/diversions"),
    State("diversions-empty", "/coordination/diversions", city="empty"),
    State("roads", "/roads", DRAWN),
    State(
        "roads-crossing", "/roads?area=116.29,37.43 116.31,37.45 116.29,37.45 116.31,37.43", DRAWN
    ),
    State("roads-empty", "/roads", city="empty"),
    State("road-plan", "/roads/东风路", DRAWN),
    State("road-plan-area", "/roads?area=116.29,37.43,116.31,37.45", DRAWN),
    State("dig-plan", "/dig-plan"),
    State("dig-plan-empty", "/dig-plan", city="empty"),
    State(
        "dig-plan-proposal",
        "/dig-plan?year=2027",
        act=_send("#search button", then=".plan-shift"),
        city="worked",
    ),
    State("inbox", "/inbox"),
    State("inbox-told", "/inbox", city="worked"),
    State(
        "inbox-refused",
        "/inbox",
        act=_send("main form.road-search > button[type=submit]", then=".refused"),
        complains=True,
    ),
    # zones
    State("zone", "/zones/1", DRAWN),
    State("zone-edit", "/zones/1/edit", DRAWN),
    State("zone-new", "/zones/new", DRAWN),
    State("emergency", "/zones/emergency", DRAWN),
    State("windows", "/zones/windows"),
    State("windows-empty", "/zones/windows", city="empty"),
    # the ledger and its history
    State("ledger", "/ledger"),
    State("ledger-empty", "/ledger", city="empty"),
    State("ledger-project", "/ledger/CJ-002"),
    State("ledger-facts", "/ledger/CJ-002/facts"),
    State("ledger-new", "/ledger/CJ-002/blocker/new"),
    State(
        "ledger-refused",
        "/ledger/CJ-002/blocker/new",
        act=_send(
            "main .ledger-form button[type=submit]",
            then=".form-error, .refused, [aria-invalid=true]",
        ),
        complains=True,
    ),
    State(
        "ledger-record",
        "/ledger/CJ-021-1",
        act=_follow("[href*='/ledger/CJ-021-1/blocker/']:not([href$=new])"),
        shows="ledger.show_record_form",
    ),
    State(
        "ledger-plan",
        "/ledger/CJ-002/plan/new",
    ),
    State("ledger-new-project", "/ledger/projects/new"),
    State("ledger-rulings", "/ledger/rulings"),
    State("ledger-objection", "/ledger/CJ-002/objection/new"),
    State("ledger-ruling", "/ledger/CJ-002/ruling/new"),
    State("ledger-months", "/ledger/CJ-002/months/2026"),
    State("ledger-report", "/ledger/CJ-002/progress"),
    State("history", "/history/of/CJ-002"),
    State("history-all", "/history"),
    State("history-empty", "/history", city="empty"),
    State(
        "history-record",
        "/history/of/CJ-002",
        act=_follow("[href*='/history/project/']"),
        shows="history.show_record",
    ),
    # what the public may see
    State("releases", "/releases"),
    State("releases-empty", "/releases", city="empty"),
    State("release", "/releases/CJ-001"),
    # what comes in
    State("collection", "/collection"),
    State("collection-own", "/collection", who=POLICE),
    State("collection-round", "/collection/rounds/{round}", city="round"),
    State("collection-sheet", "/collection/sheets/{sheet}", city="round"),
    State("intake", "/intake"),
    State("intake-file", "/intake/files/{file}", DRAWN, city="worked"),
    State(
        "intake-places",
        "/intake/places",
    ),
    State("intake-places-words", "/intake/places", city="worked"),
    State("intake-run", "/intake/runs/1"),
    State("quality", "/quality"),
    State("quality-empty", "/quality", city="empty"),
    State("sources", "/sources"),
    # administration
    State("admin", "/admin", who="admin"),
    State(
        "admin-account",
        "/admin",
        act=_follow("[href*='/admin/accounts/']"),
        who="admin",
        shows="admin.show_account",
    ),
    State("admin-units", "/admin/units", who="admin"),
    State(
        "unit-desk",
        "/admin/units",
        act=_follow("[href^='/admin/units/']"),
        who="admin",
        shows="unit_desk.show_unit",
    ),
    State(
        "admin-unit",
        "/admin/units",
        act=_follow("[href*='/admin/units/']"),
        who="admin",
        shows="unit_desk.show_unit",
    ),
    State("admin-leaders", "/admin/leaders", who="admin"),
    State("admin-districts", "/admin/districts", who="admin"),
    State(
        "admin-district",
        "/admin/districts",
        act=_follow("[href$='/shape']"),
        who="admin",
        shows="district_map.show_shape",
    ),
    State("admin-lists", "/admin/lists", who="admin"),
    State("admin-list", "/admin/lists/cause", who="admin"),
    State("admin-rules", "/admin/rules", who="admin"),
    State("opening-phase", "/intake/opening"),
    State("announcements", "/releases/announcements"),
    State("admin-rules-tried", "/admin/rules?set=buffers.site_m&value=20", who="admin"),
    State("admin-times", "/admin/times", who="admin"),
    State(
        "admin-times-tried",
        "/admin/times?try=window&name=夏季禁止掘路&first=07-01&last=09-30&operations=dig",
        who="admin",
    ),
    State("admin-imports", "/admin/imports", who="admin"),
    State("admin-log", "/admin/log", who="admin"),
    State("menu", "/ledger", act=_press("#menu > summary")),
)
