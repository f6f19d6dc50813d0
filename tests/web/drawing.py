"""Drawing zones over HTTP: a browser at a street, what it sends, and a dig to send."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shapely.geometry import mapping
from sqlalchemy import text

from geo.changes.overlaps import rebuild_overlaps
from geo.database.acting import acting_session, make_engine
from tests.conftest import COMMAND, NOW, TODAY
from tests.db.street import STREET
from tests.serving import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@contextmanager
def drawing_at(street_url: str) -> Iterator[FlaskClient]:
    """A browser of the command at a street; what it enters is gone afterwards."""
    with client_at(street_url, lambda: NOW) as client:
        yield client
    engine = make_engine(street_url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        session.execute(text("update jiantu.zone set parent_id = null where parent_id is not null"))
        session.execute(text("delete from jiantu.zone where code like '__-2026-%'"))
        rebuild_overlaps(session, TODAY)
    engine.dispose()


def token(client: FlaskClient) -> str:
    """The token without which nothing that this browser sends is taken."""
    found = re.search(r'"csrf": ?"([^"]+)"', client.get("/zones/new").text)
    assert found
    return found[1]


def send(client: FlaskClient, method: str, path: str, **more: Any) -> TestResponse:
    """Ask for something with the token of the page."""
    headers = {"X-CSRFToken": token(client), **more.pop("headers", {})}
    return client.open(path, method=method, headers=headers, **more)


def new_dig(letters: str = "abc", **facts: Any) -> dict[str, Any]:
    """A new relocation along some corners of the street, as the editor sends it."""
    return {
        "kind": "relocation",
        "name": "新管",
        "utility": "water",
        "placement": "underground",
        "first_on": "2027-05-20",
        "last_on": "2027-06-10",
        "parts": [{"geometry": mapping(STREET.line(letters)), "width_m": 2}],
        **facts,
    }


def page_form(client: FlaskClient, zone: int) -> dict[str, str]:
    """What a zone's page sends with its forms: the token, and the tag that was seen."""
    page = client.get(f"/zones/{zone}").text
    found = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("csrf_token", "tag")
    }
    return {name: match[1] for name, match in found.items() if match}


def units(url: str) -> dict[str, int]:
    """The units of a city, by name."""
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        rows = session.execute(text("select name, id from jiantu.unit")).all()
    engine.dispose()
    return {row.name: row.id for row in rows}
