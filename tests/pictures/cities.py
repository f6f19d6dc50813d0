"""The cities that are photographed, as the program serves them: the demo, and one in which nothing was entered yet."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from geo.changes.accounts import rename_account
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.database.city_file import load_city
from geo.demo.load import load_demo
from tests.clock import NOW
from tests.people import admit, ensure_account
from tests.postgres import CITIES_DIR, Server
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.pictures.table import City

PEOPLE = {"command": "示例甲", "admin": "示例乙"}
"""Who is signed in in the pictures → the name that stands in the bar."""
DEMO_PEOPLE = {**PEOPLE, "editor:市公安局交通警察支队": "示例丙"}


@contextmanager
def serving_cities() -> Iterator[dict[City, str]]:
    """City → the address at which it is served."""
    server = Server()
    try:
        demo = server.make_database("demo")
        config = load_city(CITIES_DIR / "demo.toml")
        load_demo(demo, staff_of(demo), config, NOW.date(), lambda: NOW)
        empty = server.make_database("dezhou")
        with serving(demo, DEMO_PEOPLE) as full_address, serving(empty, PEOPLE) as empty_address:
            yield {"demo": full_address, "empty": empty_address}
    finally:
        server.remove()


def staff_of(owner_url: str) -> str:
    """The address with the staff's login."""
    return owner_url.replace("//jiantu@", "//jiantu_staff@")


@contextmanager
def serving(owner_url: str, people: Mapping[str, str]) -> Iterator[str]:
    """The address of one city's pages, on the morning of the tests' day."""
    public_url = owner_url.replace("//jiantu@", "//jiantu_public@")
    admit(staff_of(owner_url), *people)
    _name_people(staff_of(owner_url), people)
    with serve_city(staff_of(owner_url), lambda: NOW, public_database_url=public_url) as address:
        yield address


def _name_people(staff_url: str, people: Mapping[str, str]) -> None:
    """Give those who are signed in plainly made-up names: they stand in every picture's bar."""
    engine = make_engine(staff_url, pool_size=1)
    with acting_session(engine, Identity(Role.ADMIN, "test:admin")) as session:
        for words, name in people.items():
            rename_account(session, ensure_account(staff_url, words), name)
    engine.dispose()
