"""The table of pictures is whole: no page of the program is missing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.pictures.table import STATES
from tests.web.matrix import ROUTES

if TYPE_CHECKING:
    from apiflask import APIFlask

NO_PAGES = (
    "show_sheet",
    "show_road_sheet",
    "show_closure_sheet",
    "show_part",
    "show_ledger",
    "show_template",
    "show_poster",
    "show_base_map",
    "show_file",
    "show_thumbnail",
    "show_photo",
    "show_qr",
    "show_start",
    "get_",
    "download",
    "send_",
)
"""Parts of pages, files, pictures and ways on, by how their endpoints begin; machines' own are told by blueprint."""
PAGES_ALL_THE_SAME = {"releases.show_sheet", "collection.show_sheet", "intake.show_file"}
MACHINES = {
    "map",
    "zones_api",
    "public_data",
    "feeds",
    "feed",
    "openapi",
    "static",
    "single_sign_on",
}


def is_page(endpoint: str) -> bool:
    """Whether a person reads what comes from there as a page of its own."""
    blueprint, _, name = endpoint.partition(".")
    if endpoint in PAGES_ALL_THE_SAME:
        return True
    return blueprint not in MACHINES and not name.startswith(NO_PAGES)


def test_every_page_of_the_program_is_photographed(demo_app: APIFlask) -> None:
    pages = {name.removeprefix("GET ") for name in ROUTES if name.startswith("GET ")}
    adapter = demo_app.url_map.bind("localhost")
    pictured = {state.shows for state in STATES}
    for state in STATES:
        path = urlsplit(state.path).path.format(link="x", file="1", round="1", sheet="1")
        pictured.add(adapter.match(path)[0])
    assert {page for page in pages if is_page(page)} - pictured == set()
