"""How fast the map is in Chromium: `python -m tests.bench.bench_map [SITES] [ZONES]`.

The demo city with its sites and works copied to other places until there are 5,000 of each, against the same data as a
plain folium page. Caches are cold; the server is the program's own, on this machine.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

import folium
from branca.element import Element
from playwright.sync_api import sync_playwright
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app import create_app
from app.leaflet_files import read_leaflet
from app.web_server import WebServer
from geo.database.acting import Identity, Role, make_engine
from geo.database.city_file import load_city
from geo.demo.load import load_demo
from geo.exporters.snapshot import LAMP_COLOURS
from geo.queries.lamps import get_lamp_board
from geo.queries.layers import get_layer
from tests.browser.conftest import QUIET, find_chromium
from tests.clock import NOW
from tests.people import SECRET, admit, settings_of, state_of
from tests.postgres import CITIES_DIR, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from sqlalchemy import Connection

DAY = NOW.date()
LOOKS_MS = 600
PORT = 8215
FAR = 10_000_000
LIMITS = {
    "coloured": 1000.0,
    "bytes": 400.0,
    "fps": 45.0,
    "first_step": 100.0,
    "step": 100.0,
    "step_bytes": 15.0,
    "search": 50.0,
}
STEPS = ("2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21", "2026-12-28")
TYPED = ("d", "df", "dfhl", "gz", "改造", "示例", "市住建局", "szjj")


# --- the data --------------------------------------------------------------------------------------------------------


def copy_rows(
    connection: Connection, table: str, where: str, copy: int, changed: dict[str, str]
) -> None:
    """Put copies of some rows beside them, with some columns written otherwise. All are words of this module."""
    names = connection.scalars(
        text(
            "select column_name from information_schema.columns where table_schema = 'jiantu'"
            " and table_name = :table and is_generated = 'NEVER' order by ordinal_position"
        ),
        {"table": table},
    ).all()
    values = ", ".join(changed.get(name, name) for name in names)
    connection.execute(
        text(
            f"insert into jiantu.{table} ({', '.join(names)}) overriding system value"  # noqa: S608
            f" select {values} from jiantu.{table} where {where}"
        ),
        {
            "off": copy * FAR,
            "copy": copy,
            "east": (copy % 5 - 2) * 900.0,
            "north": (copy // 5 - 2) * 700.0,
        },
    )


_KINDS = {"site": "kind = 'site'", "work": "kind in ('relocation', 'diversion')"}
_OWN = {"id": "id + :off"}
_OF_PROJECT = {**_OWN, "project_id": "project_id + :off", "site_id": "site_id + :off"}


def grow(url: str, sites: int, works: int) -> None:
    """Copy the demo's projects with their sites and lamps, and its works, a little away each time."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        moved = _moved_shapes(connection)
        for kind, wanted in (("site", sites), ("work", works)):
            which = _KINDS[kind]
            counted = f"select count(*) from jiantu.zone where {which}"  # noqa: S608
            have = int(connection.scalar(text(counted)) or 1)
            own = f"{which} and id < {FAR}"
            parts = f"id < {FAR} and zone_id in (select id from jiantu.zone where {own})"  # noqa: S608
            for copy in range(1, -(-wanted // have)):
                zone = {**_OWN, "code": "'K' || :copy || '-' || code"}
                if kind == "site":
                    zone["project_id"] = "project_id + :off"
                    _copy_projects(connection, copy)
                copy_rows(connection, "zone", own, copy, zone)
                part = {**moved, **_OWN, "zone_id": "zone_id + :off"}
                copy_rows(connection, "zone_part", parts, copy, part)
    with engine.begin() as connection:
        connection.execute(text("analyze"))
    engine.dispose()


def _copy_projects(connection: Connection, copy: int) -> None:
    renamed = {**_OWN, "code": "'K' || :copy || '-' || code"}
    copy_rows(connection, "project", f"id < {FAR}", copy, renamed)
    for table in ("project_district", "blocker", "status_span"):
        copy_rows(connection, table, f"project_id < {FAR}", copy, _OF_PROJECT)


def _moved_shapes(connection: Connection) -> dict[str, str]:
    """Every shape that a part keeps, as it is some metres away."""
    names = connection.scalars(
        text(
            "select column_name from information_schema.columns where table_schema = 'jiantu'"
            " and table_name = 'zone_part' and udt_name = 'geometry' and is_generated = 'NEVER'"
        )
    )
    there = "st_translate({}, :east, :north)"
    degrees = {"shape": f"st_transform({there.format('shape_metric')}, 4326)"}
    return {name: degrees.get(name, there.format(name)) for name in names}


# --- serving ---------------------------------------------------------------------------------------------------------


class TimedServer(WebServer):
    """The program's own web server, on the morning for which the data was made."""

    def load(self) -> Any:
        """A worker's application."""
        return create_app(self._settings, None, lambda: NOW)


def serve(staff_url: str) -> None:
    """Serve, in a process of its own."""
    TimedServer(settings_of(staff_url, port=PORT), staff_url, None, SecretStr(SECRET)).run()


@contextmanager
def serving(staff_url: str) -> Iterator[str]:
    """The address of the running program."""
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(staff_url,))
    process.start()
    address = f"http://127.0.0.1:{PORT}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/sign-in", timeout=60).close()  # noqa: S310  our own address
            break
        except (URLError, TimeoutError):
            time.sleep(0.1)
    try:
        yield address
    finally:
        process.terminate()
        process.join()


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """The address of a folder."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def write_folium(session: Session, path: Path) -> None:
    """The same sites, works and ground as a folium page, as its documentation makes one; Leaflet inside."""
    board = get_lamp_board(session, DAY, DAY)
    leaflet = read_leaflet()
    drawn = folium.Map(location=[37.45, 116.31], zoom_start=12, tiles=None, prefer_canvas=True)
    drawn.default_js = []
    drawn.default_css = []
    for layer in ("ground", "districts", "roads", "relocations", "diversions"):
        folium.GeoJson(json.loads(get_layer(session, layer)), name=layer).add_to(drawn)
    features = json.loads(get_layer(session, "sites"))
    for feature in features["features"]:
        entry = board["sites"].get(feature["properties"]["id"])
        feature["properties"]["colour"] = LAMP_COLOURS[entry[0]] if entry else "#8B938E"
    folium.GeoJson(
        features,
        name="sites",
        style_function=lambda feature: {"color": feature["properties"]["colour"], "weight": 2},
        tooltip=folium.GeoJsonTooltip(["project_name"]),
    ).add_to(drawn)
    figure: Any = drawn.get_root()
    figure.header.add_child(Element(f"<style>{leaflet.style}</style>"), name="style")
    figure.header.add_child(Element(f"<script>{leaflet.script}</script>"), name="leaflet")
    path.write_text(figure.render(), encoding="utf-8")


# --- measuring -------------------------------------------------------------------------------------------------------


class Wire:
    """What comes over the wire, as Chromium counts it: bytes after compression, with heads."""

    def __init__(self, page: Page) -> None:
        self.paths: dict[str, str] = {}
        self.bytes: dict[str, int] = {}
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on("Network.requestWillBeSent", self._asked)
        client.on("Network.loadingFinished", self._came)

    def _asked(self, event: dict[str, Any]) -> None:
        self.paths[event["requestId"]] = event["request"]["url"].split("/", 3)[-1]

    def _came(self, event: dict[str, Any]) -> None:
        path = self.paths.get(event["requestId"], "")
        self.bytes[path] = self.bytes.get(path, 0) + int(event["encodedDataLength"])

    def kilobytes(self, part: str) -> float:
        """Of all whose address holds `part`."""
        return sum(number for path, number in self.bytes.items() if part in path) / 1000


FRAMES = """() => {
  window.frames_ = [];
  const count = (now) => {
    window.frames_.push(now);
    window.counting = requestAnimationFrame(count);
  };
  window.counting = requestAnimationFrame(count);
}"""
STOP = """() => {
  cancelAnimationFrame(window.counting);
  const all = window.frames_;
  return 1000 * (all.length - 1) / (all[all.length - 1] - all[0]);
}"""


def pan(page: Page) -> float:
    """Frames a second while the map is dragged to and fro for some seconds."""
    page.mouse.move(800, 450)
    page.mouse.down()
    page.evaluate(FRAMES)
    until = time.monotonic() + 3
    x, way = 800, 6
    while time.monotonic() < until:
        x += way
        if not 500 < x < 1100:
            way = -way
        page.mouse.move(x, 450 + (x - 800) // 6)
    rate: float = page.evaluate(STOP)
    page.mouse.up()
    return rate


def measure_ours(browser: Browser, address: str, layers: str) -> dict[str, float]:
    """One opening with cold caches, then dragging, stepping, searching."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, storage_state=state_of("command"), locale="zh-CN"
    )
    page = context.new_page()
    wire = Wire(page)
    page.goto(f"{address}/command?layers={layers}&at=37.45,116.31,12")
    page.wait_for_selector("html.map-drawn", timeout=120_000)
    page.wait_for_selector("html[data-painted]", timeout=120_000)
    coloured: float = page.evaluate("performance.getEntriesByName('coloured')[0].startTime")
    data = wire.kilobytes("api/map/")
    page.wait_for_load_state("networkidle")
    rate = pan(page)
    steps = []
    for day in STEPS:
        took: float = page.evaluate(
            """(day) => new Promise((done) => {
              const began = performance.now();
              const field = document.getElementById("day");
              new MutationObserver((_, watcher) => {
                if (document.documentElement.dataset.painted !== day) return;
                watcher.disconnect();
                done(performance.now() - began);
              }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-painted"] });
              field.value = day;
              field.dispatchEvent(new Event("change"));
            })""",
            day,
        )
        steps.append(took)
        # A person looks at the day for a while; the next one is read meanwhile.
        page.wait_for_timeout(LOOKS_MS)
    for typed in TYPED:
        page.fill("#search", typed)
    searches = page.evaluate("performance.getEntriesByName('search').map((one) => one.duration)")
    step_bytes = [wire.kilobytes(f"lamps?day={day}") for day in STEPS]
    context.close()
    return {
        "coloured": coloured,
        "bytes": data,
        "fps": rate,
        "first_step": steps[0],
        "step": statistics.median(steps[1:]),
        "step_bytes": max(step_bytes),
        "search": max(searches),
    }


def measure_folium(browser: Browser, address: str) -> dict[str, float]:
    """The same opening and dragging of the folium page."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    wire = Wire(page)
    page.goto(f"{address}/map.html", timeout=300_000)
    drawn: float = page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
    )
    rate = pan(page)
    context.close()
    return {"coloured": drawn, "bytes": wire.kilobytes("map.html"), "fps": rate}


UNITS = {
    "coloured": ("coloured map after navigation", "ms"),
    "bytes": ("data over the wire", "KB"),
    "fps": ("frames a second while dragging", ""),
    "first_step": ("another day, the first, asked for", "ms"),
    "step": ("another day, further steps", "ms"),
    "step_bytes": ("another day, largest answer", "KB"),
    "search": ("search, slowest answer", "ms"),
}


def show(title: str, found: dict[str, float]) -> None:
    """Print figures against their limits."""
    print(title)
    for name, value in found.items():
        words, unit = UNITS[name]
        good = value >= LIMITS[name] if name == "fps" else value <= LIMITS[name]
        print(
            f"  {words:34} {value:9.1f} {unit:3} limit {LIMITS[name]:6.0f}  {'reached' if good else 'NOT REACHED'}"
        )


def main(sites: int, zones: int) -> None:
    """Make the data, measure both, print side by side."""
    server = Server(settings={})
    try:
        owner_url = server.make_database("demo")
        staff_url = owner_url.replace("//jiantu@", "//jiantu_staff@")
        load_demo(owner_url, staff_url, load_city(CITIES_DIR / "demo.toml"), DAY, lambda: NOW)
        admit(staff_url, "command")
        grow(owner_url, sites, zones)
        engine = make_engine(staff_url).execution_options(identity=Identity(Role.LEADER, "bench"))
        with tempfile.TemporaryDirectory() as name, Session(engine) as session:
            folder = Path(name)
            counts = session.execute(
                text("select kind, count(*) from jiantu.zone group by kind")
            ).all()
            print(", ".join(f"{number:,} {kind}" for kind, number in counts))
            write_folium(session, folder / "map.html")
            session.rollback()
            with (
                serving(staff_url) as address,
                serving_folder(folder) as plain,
                sync_playwright() as playwright,
            ):
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET])
                measure_ours(browser, address, "districts,roads")
                runs = [
                    measure_ours(browser, address, "red_shares,districts,roads") for _ in range(3)
                ]
                usual = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
                show("as it opens (median of 3)", usual)
                show(
                    "with relocations and diversions on",
                    measure_ours(browser, address, "relocations,diversions,districts,roads"),
                )
                show("the same data as a folium page", measure_folium(browser, plain))
                browser.close()
        engine.dispose()
    finally:
        server.remove()


if __name__ == "__main__":
    main(*(int(number) for number in (sys.argv[1:] or ("5000", "5000"))))
