"""The cities that are photographed, as the program serves them: the demo, and one in which nothing was entered yet."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from geo.database.city_file import load_city
from geo.demo.load import load_demo
from tests.clock import NOW
from tests.people import admit
from tests.postgres import CITIES_DIR, Server
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.pictures.table import City


@contextmanager
def serving_cities() -> Iterator[dict[City, str]]:
    """City → the address at which it is served."""
    server = Server()
    try:
        demo = server.make_database("demo")
        config = load_city(CITIES_DIR / "demo.toml")
        load_demo(demo, staff_of(demo), config, NOW.date(), lambda: NOW)
        empty = server.make_database("dezhou")
        with serving(demo) as full_address, serving(empty) as empty_address:
            yield {"demo": full_address, "empty": empty_address}
    finally:
        server.remove()


def staff_of(owner_url: str) -> str:
    """The address with the staff's login."""
    return owner_url.replace("//jiantu@", "//jiantu_staff@")


@contextmanager
def serving(owner_url: str) -> Iterator[str]:
    """The address of one city's pages, on the morning of the tests' day."""
    public_url = owner_url.replace("//jiantu@", "//jiantu_public@")
    admit(staff_of(owner_url), "command")
    with serve_city(staff_of(owner_url), lambda: NOW, public_database_url=public_url) as address:
        yield address
