"""A small city for the ledger: two projects under construction in a database of a test's own, which may commit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image
from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.database.acting import Identity, Role, acting_session, make_engine
from tests.factories import TODAY, small_city
from tests.people import admit

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.postgres import Server

UNIT = "测试住建局"
CLERK, READER = f"editor:{UNIT}", f"reader:{UNIT}"
REPORT = "/ledger/P1/progress"
COMMAND = Identity(Role.COMMAND, "test:command")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where the city is, and what can be asked of it."""

    url: str

    def ask(self, query: str, **given: Any) -> list[tuple[Any, ...]]:
        """What the database says."""
        engine = make_engine(self.url, pool_size=1)
        with acting_session(engine, COMMAND) as session:
            rows = [tuple(row) for row in session.execute(text(query), given)]
        engine.dispose()
        return rows

    def lamp(self, code: str = "P1") -> str:
        """The project's lamp today."""
        rows = self.ask(
            "select s.lamp from jiantu.status_span s join jiantu.project j on j.id = s.project_id"
            " where j.code = :code and s.site_id is null and s.days @> cast(:day as date)",
            code=code,
            day=TODAY,
        )
        return str(rows[0][0])


def make_ledger(server: Server) -> Ledger:
    """A new database with the small city."""
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    fill(url)
    admit(url, "command", CLERK, READER)
    return Ledger(url)


def fill(url: str) -> None:
    """Enter the small city."""
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, COMMAND) as session:
        take_batch(session, small_city(), TODAY)
    engine.dispose()


def read_form(page: str) -> dict[str, str]:
    """What stands in the fields of a page's form, as a browser would send it."""
    form = page[page.index('<form class="ledger-form') :]
    form = form[: form.index("</form>")]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") in {"checkbox", "radio"} and " checked" not in tag:
            continue
        if said.get("type") != "file" and "name" in said:
            fields[said["name"]] = said.get("value", "")
    fields.update(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', form))
    for name, inner in re.findall(
        r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        fields[name] = chosen[1] if chosen else ""
    return fields


def send(client: FlaskClient, path: str, **said: Any) -> TestResponse:
    """Open a form, fill it in and send it."""
    fields = read_form(client.get(path).text)
    return client.post(path, data={**fields, **said})


def read_token(client: FlaskClient) -> dict[str, str]:
    """A token that lets a form of this browser through."""
    return {"csrf_token": read_form(client.get("/ledger/P1/facts").text)["csrf_token"]}


def plain(page: str) -> str:
    """The text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def photo(
    size: tuple[int, int] = (640, 480),
    place: tuple[float, float] | None = (116.301, 37.451),
    taken: str = "2026:11:22 09:30:00",
    form: str = "JPEG",
    orientation: int = 1,
    camera: str = "TELLTALE-CAMERA",
) -> bytes:
    """A photo as a phone takes it, with place, day and the camera's name in its metadata."""
    picture = Image.new("RGB", size, (120, 140, 160))
    picture.paste((200, 60, 30), (0, 0, size[0] // 2, size[1] // 4))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = camera
    exif.get_ifd(0x8769)[0x9003] = taken
    if place is not None:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[3] = "N", "E"
        gps[2], gps[4] = _parts(place[1]), _parts(place[0])
    buffer = BytesIO()
    picture.save(buffer, form, exif=exif)
    return buffer.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    minutes = degrees % 1 * 60
    return (float(int(degrees)), float(int(minutes)), minutes % 1 * 60)
