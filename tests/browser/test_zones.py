"""Drawing zones in Chromium: shapes by mouse, by words and by numbers, what they would meet, saving, an emergency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from shapely.geometry import shape

from geo.crs import to_metric
from tests.browser.looks import Look, assert_nothing_for_axe, in_every_look, page_in
from tests.clock import NOW
from tests.db.street import STREET, make_street
from tests.people import admit, state_of
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page
    from shapely.geometry.base import BaseGeometry

    from tests.postgres import Server

METRIC = 4548
ZONE = re.compile(r"/zones/\d+$")


@pytest.fixture(scope="module")
def street_address(server: Server) -> Iterator[str]:
    """Where a street with roads, a closure and a dig is served."""
    url = make_street(server, dug="lm")
    admit(url, "command")
    with serve_city(url, lambda: NOW) as address:
        yield address


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where on the screen the places of the street are."""

    left: float
    top: float
    metres_per_pixel: float
    origin: tuple[float, float]

    def at(self, letter: str, east: float = 0.0, north: float = 0.0) -> tuple[float, float]:
        """Pixels of a place of the street, moved by metres."""
        x, y = STREET.places[letter]
        return (
            self.left + (x + east - self.origin[0]) / self.metres_per_pixel,
            self.top - (y + north - self.origin[1]) / self.metres_per_pixel,
        )


def numbers(shape: BaseGeometry) -> str:
    """The vertices of a line as they are typed."""
    return "\n".join(f"{lon:.7f}, {lat:.7f}" for lon, lat in shape.coords)


def open_editor(page: Page, address: str, kind: str = "relocation", lang: str = "zh") -> None:
    page.goto(f"{address}/zones/new?kind={kind}&lang={lang}")
    page.wait_for_selector("html.map-drawn", state="attached")


def enter(page: Page, shape: BaseGeometry, form: str = "line") -> None:
    """Enter a shape by its coordinates."""
    fold = page.locator("details:has(#coordinates)")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    page.locator("#coordinates").fill(numbers(shape))
    page.locator("#coordinates-kind").select_option(form)
    page.locator("#add-coordinates").click()


def go_there(page: Page) -> Sheet:
    """Bring the street on the map, by a line that is taken away again; where its places are now."""
    enter(page, STREET.line("ao"))
    handles = page.locator(".marker-icon:not(.marker-icon-middle)")
    expect(handles).to_have_count(2)
    boxes = [handles.nth(place).bounding_box() for place in range(2)]
    points = sorted(
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box
    )
    (left, top), (right, _) = points
    west, east = STREET.places["a"], STREET.places["o"]
    page.locator("#undo").click()
    expect(page.locator("#parts li")).to_have_count(0)
    return Sheet(left, top, (east[0] - west[0]) / (right - left), west)


def fill_in(page: Page, first: str = "2027-05-20", last: str = "2027-06-10") -> None:
    page.locator("[data-field=name]").fill("新水管")
    page.locator("[data-field=utility]").select_option("water")
    page.locator("[data-field=first_on]").fill(first)
    page.locator("[data-field=last_on]").fill(last)


def press(page: Page, *places: tuple[float, float]) -> None:
    """Touch places on the map one after the other, as a hand does: not twice within a double click."""
    for x, y in places:
        page.mouse.move(x, y, steps=3)
        page.mouse.click(x, y)


def drawn(page: Page) -> list[dict[str, Any]]:
    """The shapes as the browser keeps them until they are saved."""
    found: list[dict[str, Any]] = page.evaluate(
        """() => {
          const key = Object.keys(localStorage).find((one) => one.startsWith("zone-draft:"));
          return key ? JSON.parse(localStorage.getItem(key)).document.parts : [];
        }"""
    )
    return found


def metric_of(part: dict[str, Any]) -> BaseGeometry:
    return to_metric(shape(part["geometry"]), METRIC)


def heading_east(part: dict[str, Any]) -> bool:
    """Whether a line ends further east than it begins."""
    places = part["geometry"]["coordinates"]
    return bool(places[-1][0] > places[0][0])


def test_an_area_is_drawn_what_it_meets_is_told_at_once_and_saved_it_is_at_the_desk(
    page: Page, street_address: str
) -> None:
    open_editor(page, street_address)
    sheet = go_there(page)
    fill_in(page)
    page.locator("#snap").uncheck()
    page.locator('[data-tool="polygon"]').click()
    corners = [
        sheet.at("b", 20, 12),
        sheet.at("c", -20, 12),
        sheet.at("c", -20, -8),
        sheet.at("b", 20, -8),
    ]
    press(page, *corners, corners[0])
    expect(page.locator("#parts li")).to_have_count(1)
    expect(page.locator(".part-size")).to_have_text(re.compile(r"1,[12]\d\d m²"))
    meets = page.locator(".meets")
    expect(meets).to_have_count(1)
    expect(meets).to_contain_text("东风路导改")
    expect(meets).to_contain_text("交警支队")
    expect(meets).to_contain_text("2027年5月20日至5月31日")
    expect(meets).to_contain_text("12 天")

    page.locator('[data-period="later"]').click()
    expect(page.locator("[data-field=first_on]")).to_have_value("2027-06-11")
    expect(page.locator(".meets")).to_have_count(0)
    expect(page.locator("#outlook-body")).to_contain_text("没有冲突")

    page.locator("[data-field=first_on]").fill("2027-05-20")
    expect(page.locator(".meets")).to_have_count(1)
    page.locator("#save").click()
    page.wait_for_url(ZONE)
    expect(page.locator("h1")).to_have_text("新水管")
    expect(page.locator("main")).to_contain_text("东风路导改")
    page.goto(f"{street_address}/coordination/pairs?lang=zh")
    expect(page.locator(".pair-item", has_text="新水管").first).to_contain_text("东风路导改")


def test_a_line_has_a_width_a_vertex_is_dragged_and_undone(page: Page, street_address: str) -> None:
    open_editor(page, street_address)
    sheet = go_there(page)
    fill_in(page, "2029-03-16", "2029-04-10")
    page.locator("#snap").uncheck()
    page.locator('[data-tool="line"]').click()
    end = sheet.at("d", 0, 30)
    press(page, sheet.at("b", 0, 30), sheet.at("c", 0, 30), end, end)
    expect(page.locator("#parts li")).to_have_count(1)
    size = page.locator(".part-size")
    expect(size).to_contain_text(re.compile(r"^(199|200|201)(\.\d)? m"))
    expect(page.locator("path.strip")).to_have_count(1)
    page.locator(".part input[type=number]").fill("4")
    page.locator(".part input[type=number]").blur()
    expect(size).to_contain_text(re.compile(r"· (79\d|80\d) m²"))
    before = drawn(page)

    page.mouse.move(*end)
    page.mouse.down()
    page.mouse.move(end[0] + 30, end[1], steps=4)
    page.mouse.move(end[0] + 60, end[1], steps=4)
    page.mouse.up()
    expect(size).not_to_contain_text(re.compile(r"^(199|200|201)(\.\d)? m"))
    longer = metric_of(drawn(page)[0]).length
    assert longer == pytest.approx(200 + 60 * sheet.metres_per_pixel, abs=2)
    page.locator("#undo").click()
    expect(size).to_contain_text(re.compile(r"^(199|200|201)(\.\d)? m"))
    assert drawn(page) == before
    page.locator("#redo").click()
    assert metric_of(drawn(page)[0]).length == pytest.approx(longer)


def test_vertices_jump_to_the_road_when_asked_to(page: Page, street_address: str) -> None:
    open_editor(page, street_address)
    sheet = go_there(page)
    away = 8 * sheet.metres_per_pixel
    for snap, start, stop in ((True, "b", "c"), (False, "d", "e")):
        page.locator("#snap").set_checked(snap)
        page.locator('[data-tool="line"]').click()
        end = sheet.at(stop, -30, away)
        press(page, sheet.at(start, 30, away), end, end)
        expect(page.locator("#parts li")).to_have_count(1 if snap else 2)
    snapped, free = (metric_of(part) for part in drawn(page))
    street_y = STREET.places["a"][1]
    # The base map's roads are sent to five decimals, about a metre.
    assert all(abs(y - street_y) < 0.7 for _, y in snapped.coords)
    assert all(y - street_y > away / 2 for _, y in free.coords)


def test_an_area_is_split_along_a_line(page: Page, street_address: str) -> None:
    open_editor(page, street_address)
    sheet = go_there(page)
    page.locator("#snap").uncheck()
    page.locator('[data-tool="polygon"]').click()
    corners = [
        sheet.at(letter, 0, north) for letter, north in (("b", 60), ("d", 60), ("d", 20), ("b", 20))
    ]
    press(page, *corners, corners[0])
    expect(page.locator("#parts li")).to_have_count(1)
    whole = metric_of(drawn(page)[0]).area
    page.locator('[data-tool="split"]').click()
    end = sheet.at("c", 0, 0)
    press(page, sheet.at("c", 0, 80), end, end)
    expect(page.locator("#parts li")).to_have_count(2)
    assert sum(metric_of(part).area for part in drawn(page)) == pytest.approx(whole, rel=1e-3)


def test_a_detour_follows_the_roads_round_the_closure(page: Page, street_address: str) -> None:
    open_editor(page, street_address, "diversion")
    sheet = go_there(page)
    enter(page, STREET.line("cd"))
    page.locator('[data-list="taken"][value="full"]').check()
    page.locator("[data-field=first_on]").fill("2029-03-16")
    page.locator("[data-field=last_on]").fill("2029-03-30")
    page.locator('[data-tool="detour"]').click()
    page.locator("#detour-mode").select_option("ebike")
    # The map went to the closure: the stops are touched where they are now.
    page.locator("#zoom-out").click()
    page.locator("#zoom-out").click()
    handles = page.locator(".marker-icon:not(.marker-icon-middle)")
    boxes = [handles.nth(place).bounding_box() for place in range(2)]
    points = sorted(
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box
    )
    scale = 100 / (points[1][0] - points[0][0])
    now = Sheet(points[0][0], points[0][1], scale, STREET.places["c"])
    press(page, now.at("b", 60, 0), now.at("e", -60, 0))
    expect(page.locator("#draw-hint-words")).to_contain_text("和平路")
    page.locator("#draw-finish").click()
    expect(page.locator("#parts li")).to_have_count(2)
    detour = drawn(page)[1]
    assert (detour["role"], detour["mode"]) == ("detour", "ebike")
    assert heading_east(detour)
    page.get_by_role("button", name="反向").click()
    assert not heading_east(drawn(page)[1])
    assert sheet.metres_per_pixel > 0


def test_all_can_be_done_by_keys_words_and_numbers(page: Page, street_address: str) -> None:
    open_editor(page, street_address)
    fill_in(page, "2027-05-20", "2027-05-25")
    words = page.locator("#words")
    words.fill("东风路全线")
    words.press("Enter")
    place = page.locator("#places button").first
    expect(place).to_be_visible()
    place.press("Enter")
    expect(page.locator("#parts li")).to_have_count(1)
    expect(page.locator(".meets").first).to_contain_text("东风路导改")
    page.locator("#save").press("Enter")
    page.wait_for_url(ZONE)
    expect(page.locator("main")).to_contain_text("东风路全线")


def test_numbers_that_are_none_are_told_of(page: Page, street_address: str) -> None:
    open_editor(page, street_address)
    page.locator("details:has(#coordinates) summary").click()
    page.locator("#coordinates").fill("116.30, 北纬37度")
    page.locator("#add-coordinates").click()
    expect(page.locator("#coordinates-error")).to_contain_text("不是经纬度")


def test_what_is_wrong_is_told_before_saving_and_saving_is_refused(
    page: Page, street_address: str
) -> None:
    open_editor(page, street_address)
    fill_in(page, "2027-05-20", "2027-05-01")
    sentence = "计划结束日2027-05-01早于计划开始日2027-05-20,请改正。"
    expect(page.locator(".remark-refused")).to_have_text(sentence)
    page.locator("#save").click()
    expect(page.locator("#save-error")).to_have_text(sentence)


def test_the_unit_of_the_last_work_of_a_kind_stands_in_the_next(
    page: Page, street_address: str
) -> None:
    open_editor(page, street_address, "event")
    unit = page.locator("[data-field=unit_id]")
    expect(unit).to_have_value("")
    page.locator("[data-field=name]").fill("马拉松")
    unit.select_option(label="交警支队")
    enter(page, STREET.line("no"))
    page.locator("#save").click()
    page.wait_for_url(ZONE)
    open_editor(page, street_address, "event")
    expect(unit.locator("option:checked")).to_have_text("交警支队")
    open_editor(page, street_address, "haul_route")
    expect(unit).to_have_value("")


def test_what_was_drawn_survives_a_lost_connection(page: Page, street_address: str) -> None:
    open_editor(page, street_address)
    fill_in(page, "2029-03-16", "2029-03-20")
    enter(page, STREET.line("no"))
    expect(page.locator("#parts li")).to_have_count(1)
    page.route("**/api/zones**", lambda route: route.abort())
    page.locator("#save").click()
    expect(page.locator("#notices")).to_contain_text("未保存")
    page.unroute("**/api/zones**")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector("html.map-drawn", state="attached")
    page.get_by_role("button", name="继续编辑").click()
    expect(page.locator("#parts li")).to_have_count(1)
    expect(page.locator("[data-field=name]")).to_have_value("新水管")
    page.locator("#save").click()
    page.wait_for_url(ZONE)


def test_two_people_change_one_zone_and_the_second_is_asked(
    page: Page, context: BrowserContext, street_address: str
) -> None:
    open_editor(page, street_address)
    fill_in(page, "2029-05-16", "2029-05-20")
    enter(page, STREET.line("no"))
    expect(page.locator("#parts li")).to_have_count(1)
    page.locator("#save").click()
    page.wait_for_url(ZONE)
    page.get_by_role("link", name="修改").click()
    expect(page.locator("[data-field=name]")).to_have_value("新水管")
    other = context.new_page()
    other.goto(page.url)
    expect(other.locator("[data-field=name]")).to_have_value("新水管")
    other.locator("[data-field=name]").fill("别人的名字")
    other.locator("#save").click()
    other.wait_for_url(ZONE)
    page.locator("[data-field=name]").fill("我的名字")
    page.locator("#save").click()
    expect(page.locator("#stale")).to_contain_text("已被他人修改")
    page.get_by_role("button", name="查看最新内容").click()
    expect(page.locator("[data-field=name]")).to_have_value("别人的名字")
    page.locator("[data-field=name]").fill("我的名字")
    page.locator("#save").click()
    page.wait_for_url(ZONE)
    expect(page.locator("h1")).to_have_text("我的名字")


def test_an_emergency_is_reported_on_a_phone_with_few_taps(
    browser: Browser, street_address: str
) -> None:
    """The phone says where it is; utility, lanes and the button: three taps, and the road is found by itself."""
    lon, lat = STREET.spot("d", (20.0, 3.0)).coords[0]
    phone = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
        storage_state=state_of("command"),
        geolocation={"longitude": lon, "latitude": lat},
        permissions=["geolocation"],
    )
    page = phone.new_page()
    page.goto(f"{street_address}/zones/emergency?lang=zh")
    expect(page.locator("#where")).to_contain_text(f"{lat:.5f}")
    taps = [
        page.locator('.pick:has(input[value="water"])'),
        page.locator('.pick:has(input[value="half"])'),
        page.locator("#save"),
    ]
    for tap in taps:
        tap.tap()
    page.wait_for_url(ZONE)
    assert len(taps) == 3
    expect(page.locator("h1")).to_have_text("东风路抢修")
    expect(page.locator("main")).to_contain_text("东风路抢修占道")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{street_address}/coordination/pairs?lang=zh")
    expect(page.locator("#emergencies")).to_contain_text("东风路抢修")
    phone.close()


def test_without_a_position_a_tap_says_where(browser: Browser, street_address: str) -> None:
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, storage_state=state_of("command")
    )
    page = phone.new_page()
    page.goto(f"{street_address}/zones/emergency?lang=zh")
    page.wait_for_selector("html.map-drawn", state="attached")
    page.locator("#save").tap()
    expect(page.locator("#save-error")).to_contain_text("请在图上点出位置")
    page.locator("#map").tap(position={"x": 190, "y": 120})
    expect(page.locator("#where")).to_contain_text(",")
    page.locator("#save").tap()
    expect(page.locator("#save-error")).to_contain_text("请选择损坏的管线类别")
    phone.close()


def test_the_page_of_a_zone_works_without_javascript(browser: Browser, street_address: str) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=state_of("command"))
    page = context.new_page()
    page.goto(f"{street_address}/zones/2?lang=en")
    expect(page.locator("h1")).to_be_visible()
    page.get_by_label("Done on").fill("2026-11-20")
    page.get_by_role("button", name="It is done").click()
    expect(page.locator(".state")).to_have_text("Done")
    context.close()


@in_every_look
def test_axe_finds_no_violation_where_zones_are_drawn(
    browser: Browser, street_address: str, look: Look
) -> None:
    with page_in(browser, look) as page:
        open_editor(page, street_address, "diversion", look.lang)
        enter(page, STREET.line("bc"))
        page.locator("[data-field=first_on]").fill("2027-05-20")
        page.locator("[data-field=last_on]").fill("2027-05-25")
        expect(page.locator(".meets").first).to_be_visible()
        assert_nothing_for_axe(page)
        for path in ("zones/emergency", "zones/1"):
            page.goto(f"{street_address}/{path}?lang={look.lang}")
            assert_nothing_for_axe(page)
