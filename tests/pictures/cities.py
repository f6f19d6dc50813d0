"""The cities that are photographed, as the program serves them: the demo, an empty one, and some where people work."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.changes.accounts import rename_account
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.database.city_file import load_city
from geo.demo.load import load_demo
from tests.clock import NOW
from tests.people import admit, ensure_account
from tests.pictures.table import POLICE
from tests.pictures.worked import make_round, make_worked
from tests.postgres import CITIES_DIR, Server
from tests.serving import serve_city

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tests.pictures.table import City

PEOPLE = {"command": "示例甲", "admin": "示例乙"}
"""Who is signed in in the pictures → the name that stands in the bar."""
DEMO_PEOPLE = {**PEOPLE, POLICE: "示例丙"}


@dataclass(frozen=True, slots=True)
class Served:
    """Where a city is served, and what stands in the paths of its own pages."""

    address: str
    names: Mapping[str, str] = field(default_factory=dict)

    def url(self, path: str, lang: str) -> str:
        """A page's address."""
        filled = path.format(**self.names)
        return f"{self.address}{filled}{'&' if '?' in filled else '?'}lang={lang}"


@contextmanager
def serving_cities(wanted: Collection[City]) -> Iterator[dict[City, Served]]:
    """City → where it is served; only those that are wanted."""
    server = Server()
    try:
        with ExitStack() as stack:
            served: dict[City, Served] = {}
            for city in wanted:
                url, names = _make(server, city)
                people = DEMO_PEOPLE if city == "demo" else PEOPLE
                served[city] = Served(stack.enter_context(_serving(url, people)), names)
                if city == "away":
                    server.drop_database(url)
            yield served
    finally:
        server.remove()


def _make(server: Server, city: City) -> tuple[str, Mapping[str, str]]:
    """A city's database, and what stands in the paths of its pages."""
    match city:
        case "demo":
            url = server.make_database("demo")
            config = load_city(CITIES_DIR / "demo.toml")
            load_demo(url, _login(url, "staff"), config, NOW.date(), lambda: NOW)
            return url, {}
        case "worked":
            return make_worked(server)
        case "round":
            return make_round(server)
        case _:
            return server.make_database("dezhou"), {}


@contextmanager
def _serving(owner_url: str, people: Mapping[str, str]) -> Iterator[str]:
    """The address of one city's pages, on the morning of the tests' day."""
    staff_url = _login(owner_url, "staff")
    admit(staff_url, *people)
    _name_people(staff_url, people)
    public_url = _login(owner_url, "public")
    with serve_city(
        staff_url, lambda: NOW, public_database_url=public_url, public_limit_ms=60_000
    ) as address:
        yield address


def _login(owner_url: str, who: str) -> str:
    """The address with another login."""
    return owner_url.replace("//jiantu@", f"//jiantu_{who}@")


def _name_people(staff_url: str, people: Mapping[str, str]) -> None:
    """Give those who are signed in plainly made-up names: they stand in every picture's bar."""
    engine = make_engine(staff_url, pool_size=1)
    with acting_session(engine, Identity(Role.ADMIN, "test:admin")) as session:
        for words, name in people.items():
            rename_account(session, ensure_account(staff_url, words), name)
    engine.dispose()
