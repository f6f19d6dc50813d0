"""Tools of the map in Chromium: opacity, overlaps, shares, sizes, base maps, measuring, pictures, sheets."""

from __future__ import annotations

import io
import re
import struct
from math import asinh, pi, radians, tan
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader
from werkzeug.serving import make_server

from geo.crs import wgs84_to_gcj02
from tests.browser.command_map import open_map
from tests.conftest import NOW
from tests.people import admit
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from tests.conftest import DemoCity

LON, LAT, ZOOM = 116.3, 37.45, 15


def colour_at(page: Page, pane: str) -> int:
    """How many points of a pane's canvas have any colour."""
    count: int = page.evaluate(
        """(pane) => {
          const canvas = document.querySelector(`.leaflet-${pane}-pane canvas, .leaflet-${pane} canvas`);
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let sum = 0;
          for (let i = 3; i < data.length; i += 4) sum += data[i];
          return sum;
        }""",
        pane,
    )
    return count


def test_a_layer_made_paler_covers_less_and_the_address_keeps_it(
    page: Page, demo_address: str
) -> None:
    open_map(page, f"{demo_address}/command?layers=relocations&at={LAT},{LON},14")
    full = colour_at(page, "zones")
    assert full
    page.click("#layers-button")
    slider = page.locator("[data-opacity=relocations]")
    expect(slider).to_be_visible()
    slider.fill("30")
    expect(page).to_have_url(re.compile("opacity=relocations:30"))
    page.wait_for_function(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
    )
    assert colour_at(page, "zones") == pytest.approx(full * 0.3, rel=0.1)
    expect(page.locator("[data-opacity=diversions]")).to_be_hidden()


def test_overlaps_have_a_switch_with_their_number_and_lead_to_the_desk(
    page: Page, demo_address: str
) -> None:
    features = page.request.get(f"{demo_address}/api/map/layers/overlaps").json()["features"]
    running = [
        one["properties"]
        for one in features
        if one["properties"].get("first_on", "9")
        <= "2026-11-23"
        <= one["properties"].get("last_on", "9")
    ]
    assert running
    open_map(page, f"{demo_address}/command?layers=overlaps&at={LAT},{LON},13")
    page.click("#layers-button")
    count = page.locator("label[for=layer-overlaps] .layer-count")
    expect(count).to_have_text(re.compile(rf"进行中 {len(running)} "))
    assert colour_at(page, "zones")
    pair = running[0]
    page.goto(f"{demo_address}/command?zone=overlaps.{pair['id']}")
    expect(page.locator("#drawer .sentence")).to_have_text(pair["text"])
    link = page.locator("#drawer a", has_text="协调台")
    expect(link).to_have_attribute("href", f"/coordination/{pair['zones'][0]}-{pair['zones'][1]}")


def test_districts_are_shaded_by_their_share_of_red_until_one_comes_near(
    page: Page, demo_address: str
) -> None:
    open_map(page, f"{demo_address}/command?at={LAT},{LON},11")
    shaded = colour_at(page, "shares")
    assert shaded
    page.click("#layers-button")
    page.click("label[for=layer-red_shares]")
    page.wait_for_function("() => !location.search.includes('red_shares')")
    page.wait_for_timeout(200)
    assert colour_at(page, "shares") == 0
    open_map(page, f"{demo_address}/command?at={LAT},{LON},14")
    assert colour_at(page, "shares") == 0


def test_symbols_can_be_sized_by_investment(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command?at={LAT},{LON},12")
    plain = colour_at(page, "sites")
    page.click("#layers-button")
    page.click("label[for=symbols-investment]")
    expect(page).to_have_url(re.compile("size=investment"))
    page.wait_for_timeout(200)
    assert colour_at(page, "sites") != plain


def test_lengths_and_areas_are_measured_with_keys_alone(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command?at={LAT},{LON},{ZOOM}")
    page.locator("#measure-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    result = page.locator("#measure-result")
    expect(result).to_have_text(re.compile(r"^[\d,.]+ k?m$"))
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    page.click("[data-measure=area]")
    expect(result).to_have_text(re.compile(r"m² · [\d,.]+ 亩$"))
    page.locator("#map").focus()
    page.keyboard.press("Backspace")
    expect(result).not_to_have_text(re.compile("亩"))
    page.keyboard.press("Escape")
    expect(page.locator("#measure")).to_be_hidden()
    expect(page.locator("#measure-button")).to_be_focused()


def test_a_click_while_measuring_measures_and_opens_nothing(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command?at={LAT},{LON},{ZOOM}")
    page.click("#measure-button")
    metres = page.evaluate(
        """() => { const bar = document.getElementById("scale");
          return Number(bar.textContent.split(" ")[0]) / bar.getBoundingClientRect().width; }"""
    )
    page.mouse.click(700, 400)
    page.mouse.click(900, 400)
    text = page.locator("#measure-result").text_content() or ""
    assert float(text.split(" ")[0].replace(",", "")) == pytest.approx(200 * metres, rel=0.03)
    expect(page.locator("#drawer")).to_be_hidden()


def test_the_present_view_is_saved_as_a_picture_with_its_legend(
    page: Page, demo_address: str
) -> None:
    open_map(page, f"{demo_address}/command")
    page.click("#menu summary")
    with page.expect_download() as saved:
        page.click("#picture")
    assert saved.value.suggested_filename == "安河市 2026-11-23.png"
    picture = Image.open(str(saved.value.path()))
    box = page.locator("#map").bounding_box()
    assert box
    assert picture.size == (round(box["width"]) * 2, round(box["height"]) * 2)
    assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 100


def test_a_sheet_for_the_wall_is_announced_made_and_saved(page: Page, demo_address: str) -> None:
    open_map(page, f"{demo_address}/command?lamp=red")
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "sheet.pdf" in request.url else None
    )
    page.click("#menu summary")
    with page.expect_download(timeout=120_000) as saved:
        page.click("[data-poster=A3]")
        expect(page.locator("#notices")).to_contain_text("正在生成A3挂图")
    expect(page.locator("#notices")).not_to_contain_text("正在生成")
    assert saved.value.suggested_filename == "安河市 2026-11-23 A3.pdf"
    assert "lamp=red" in asked[0]
    words = PdfReader(str(saved.value.path())).pages[0].extract_text()
    assert "2026年11月23日" in words


def png(colour: tuple[int, int, int]) -> bytes:
    """A tile of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(out, "PNG")
    return out.getvalue()


def varint(number: int) -> bytes:
    """A number as PMTiles writes it."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def write_archive(path: Path, tile: bytes) -> None:
    """A PMTiles file that shows one picture everywhere from zoom 0 to 12."""
    tiles = sum(4**zoom for zoom in range(13))
    # One entry: from tile 0, a run over all of them, all the same bytes at 0.
    directory = varint(1) + varint(0) + varint(tiles) + varint(len(tile)) + varint(1)
    meta = b"{}"
    root_at, meta_at = 127, 127 + len(directory)
    data_at = meta_at + len(meta)
    head = b"PMTiles\x03" + struct.pack(
        "<QQQQQQQQQQQ",
        root_at,
        len(directory),
        meta_at,
        len(meta),
        data_at,
        0,
        data_at,
        len(tile),
        tiles,
        1,
        1,
    )
    head += struct.pack("<BBBBBB", 1, 1, 1, 2, 0, 12)
    head += struct.pack("<iiiiBii", -1800000000, -850000000, 1800000000, 850000000, 0, 0, 0)
    assert len(head) == 127
    path.write_bytes(head + directory + meta + tile)


@pytest.fixture
def with_bases(demo: DemoCity, tmp_path: Path) -> Iterator[str]:
    """The demo city with a base map in GCJ-02, one in WGS84 and one out of an archive."""
    write_archive(tmp_path / "photo.pmtiles", png((10, 200, 30)))
    file = tmp_path / "maps.toml"
    # The tiles are this server's own addresses, answered by the test: nothing leaves the host.
    probe = make_server("127.0.0.1", 0, lambda *_: [b""])
    port = probe.server_port
    probe.server_close()
    file.write_text(
        f"""
        [[base_map]]
        code = "shifted"
        name = "偏移底图"
        tiles = "http://127.0.0.1:{port}/gcj/{{z}}/{{x}}/{{y}}.png"
        crs = "GCJ-02"
        attribution = "© 示例"
        approval = "GS(2026)0001号"
        [[base_map]]
        code = "plain"
        name = "未偏移底图"
        tiles = "http://127.0.0.1:{port}/wgs/{{z}}/{{x}}/{{y}}.png"
        [[base_map]]
        code = "photo"
        name = "正射影像"
        pmtiles = "photo.pmtiles"
        """,
        encoding="utf-8",
    )
    admit(demo.staff_url, "command")
    with serve_city(
        demo.staff_url, lambda: NOW, port=port, _env_file=None, base_map_file=file
    ) as address:
        yield address


def serve_tiles(page: Page) -> None:
    """Answer every tile with a grey picture."""
    tile = png((128, 128, 128))

    def answer(route: Route) -> None:
        route.fulfill(
            body=tile, content_type="image/png", headers={"Access-Control-Allow-Origin": "*"}
        )

    page.route(re.compile(r"/(gcj|wgs)/\d+/"), answer)


def to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The place as a shifted map has it, by the city's own formula."""
    east, north = wgs84_to_gcj02(lon, lat)
    return float(east), float(north)


def tile_place(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Column and row of a place, with the part of the tile."""
    scale = 2**zoom
    return (lon / 360 + 0.5) * scale, (1 - asinh(tan(radians(lat))) / pi) / 2 * scale


def middle_on_tiles(page: Page, name: str) -> tuple[float, float]:
    """Which place of the tile grid lies in the middle of the map, in columns and rows."""
    found: Any = page.evaluate(
        """(name) => {
          const box = document.getElementById("map").getBoundingClientRect();
          const x = box.left + box.width / 2, y = box.top + box.height / 2;
          for (const image of document.querySelectorAll("img.leaflet-tile")) {
            const at = image.getBoundingClientRect();
            const [, column, row] = image.src.match(new RegExp(`/${name}/\\\\d+/(\\\\d+)/(\\\\d+)`)) ?? [];
            if (column && x >= at.left && x < at.right && y >= at.top && y < at.bottom) {
              return [Number(column) + (x - at.left) / at.width, Number(row) + (y - at.top) / at.height];
            }
          }
        }""",
        name,
    )
    assert found
    return found[0], found[1]


@pytest.mark.parametrize(("code", "name"), [("plain", "wgs"), ("shifted", "gcj")])
def test_tiles_lie_where_the_ground_is_also_when_their_coordinates_are_shifted(
    page: Page, with_bases: str, code: str, name: str
) -> None:
    serve_tiles(page)
    for lon, lat in ((LON, LAT), (116.36, 37.41)):
        page.goto(f"{with_bases}/command?base={code}&at={lat},{lon},16")
        page.wait_for_selector("html.map-drawn")
        page.wait_for_selector("img.leaflet-tile-loaded")
        place = to_gcj02(lon, lat) if code == "shifted" else (lon, lat)
        column, row = tile_place(*place, 16)
        # Within a pixel and a half of the middle: a 256th of a tile is one pixel.
        found = middle_on_tiles(page, name)
        assert found[0] == pytest.approx(column, abs=1.5 / 256)
        assert found[1] == pytest.approx(row, abs=1.5 / 256)


def test_shifted_tiles_still_fit_after_the_map_was_dragged(page: Page, with_bases: str) -> None:
    serve_tiles(page)
    page.goto(f"{with_bases}/command?base=shifted&at={LAT},{LON},14")
    page.wait_for_selector("html.map-drawn")
    page.wait_for_selector("img.leaflet-tile-loaded")
    for _ in range(4):
        page.mouse.move(1100, 400)
        page.mouse.down()
        page.mouse.move(500, 300, steps=6)
        page.mouse.up()
        page.wait_for_timeout(500)
    assert f"at={LAT}" not in page.url

    def is_off() -> bool:
        lat, lon = (float(part) for part in re.findall(r"at=([\d.]+),([\d.]+)", page.url)[0])
        place = tile_place(*to_gcj02(lon, lat), 14)
        return middle_on_tiles(page, "gcj") != pytest.approx(place, abs=2 / 256)

    # The map glides on for a while after the pointer let go, and the address follows when it stands.
    tries = 0
    while is_off() and tries < 100:
        page.wait_for_timeout(100)
        tries += 1
    assert not is_off()


def test_a_base_map_is_chosen_in_the_layers_with_its_credit_and_kept_in_the_address(
    page: Page, with_bases: str
) -> None:
    serve_tiles(page)
    page.goto(f"{with_bases}/command")
    page.wait_for_selector("html.map-drawn")
    expect(page.locator("#credit")).to_be_hidden()
    page.click("#layers-button")
    page.click("label[for=base-shifted]")
    expect(page.locator("#credit")).to_have_text("© 示例 · GS(2026)0001号")
    expect(page).to_have_url(re.compile("base=shifted"))
    page.reload()
    page.wait_for_selector("img.leaflet-tile-loaded")
    page.click("#layers-button")
    page.click("label[for=base-built-in]")
    expect(page.locator("img.leaflet-tile")).to_have_count(0)


def test_an_archive_on_this_machine_is_a_base_map(page: Page, with_bases: str) -> None:
    ranges: list[int] = []
    page.on(
        "response",
        lambda answer: ranges.append(answer.status) if answer.url.endswith(".pmtiles") else None,
    )
    page.goto(f"{with_bases}/command?base=photo&layers=")
    page.wait_for_selector("html.map-drawn")
    page.wait_for_selector("img.leaflet-tile-loaded")
    # every tile that has a place is there, and no longer fades in
    expect(page.locator("img.leaflet-tile:not(.leaflet-tile-loaded)")).to_have_count(0)
    for tile in page.locator("img.leaflet-tile").all():
        expect(tile).to_have_css("opacity", "1")
    assert set(ranges) == {206}
    shot = Image.open(
        io.BytesIO(page.screenshot(clip={"x": 700, "y": 500, "width": 40, "height": 40}))
    )
    colours = shot.convert("RGB").getcolors() or []
    assert max(colours)[1] == (10, 200, 30)


def test_tiles_that_do_not_come_are_said(page: Page, with_bases: str) -> None:
    page.route(re.compile("/wgs/"), lambda route: route.abort())
    page.goto(f"{with_bases}/command?base=plain")
    expect(page.locator("#notices")).to_contain_text("未偏移底图")


def test_a_browser_that_cannot_draw_says_so_and_still_has_the_list(
    page: Page, demo_address: str
) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    page.goto(f"{demo_address}/command")
    expect(page.locator("#notices")).to_contain_text("无法绘制地图")
    expect(page.locator("#list-count")).not_to_be_empty()
    page.get_by_role("button", name="打开表格").click()
    expect(page.locator("tbody tr").first).to_be_visible()
