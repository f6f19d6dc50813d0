"""What every page for everybody shows around its own matter: the city, the day, the language and size asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from flask import request, url_for

from app.audience import is_public_request
from app.languages import known, language
from app.wiring import get_wiring, today_at
from geo.errors import DatabaseSetupError
from geo.queries.public_map import PublicCity, get_public_city

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from flask import Flask
    from sqlalchemy.orm import Session

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class PublicFrame:
    """The city of a page and its today."""

    city: PublicCity
    today: date

    @property
    def city_name(self) -> str:
        """The city's name in the language of the request."""
        return (self.city.name_en if language() == "en" else "") or self.city.name

    @property
    def large(self) -> bool:
        """Large type was asked for."""
        return is_large()


def read_public(
    ask: Callable[[Session, PublicFrame], Found],
) -> tuple[PublicFrame, Found]:
    """The frame and what `ask` reads for it, on one snapshot: one query for the frame, the others are `ask`'s.

    Raises DatabaseSetupError where the installation has no login for the public.
    """
    public = get_wiring().public
    if public is None:
        message = (
            "没有公众地图的数据库登录,请设置 JIANTU_PUBLIC_DATABASE_URL /"
            " no login for the public map is given: set JIANTU_PUBLIC_DATABASE_URL"
        )
        raise DatabaseSetupError(message)

    def both(session: Session) -> tuple[PublicFrame, Found]:
        city = get_public_city(session)
        frame = PublicFrame(city, today_at(city.time_zone))
        return frame, ask(session, frame)

    return public.read(both)


def read_frame() -> PublicFrame:
    """The frame alone."""
    frame, _ = read_public(lambda _session, _frame: None)
    return frame


def is_large() -> bool:
    """Whether the address asks for large type (适老)."""
    return request.args.get("large") == "1"


def public_url(
    endpoint: str, *, lang: str | None = None, large: bool | None = None, **values: str | None
) -> str:
    """An address of the public's pages that keeps the language and size of the present one, unless others are given."""
    said = lang or known(request.args.get("lang"))
    if said and said != (None if lang else get_wiring().settings.language):
        values["lang"] = said
    if is_large() if large is None else large:
        values["large"] = "1"
    return url_for(endpoint, **values)  # type: ignore[arg-type]  # none of them is an option of url_for


def this_page(*, lang: str | None = None, large: bool | None = None) -> str:
    """The present page in another language or size."""
    kept = {
        name: request.args[name] for name in ("site", "closure", "district") if name in request.args
    }
    return public_url(
        str(request.endpoint), lang=lang, large=large, **(kept | (request.view_args or {}))
    )


def outward_url(endpoint: str, **values: str) -> str:
    """The whole address of a page as it is written on a notice board or into a feed."""
    address = get_wiring().settings.public_address
    root = address.rstrip("/") if address else request.url_root.rstrip("/")
    return root + url_for(endpoint, **values)  # type: ignore[arg-type]  # none is an option of url_for


def staff_url() -> str | None:
    """Where staff sign in, if this installation knows."""
    settings = get_wiring().settings
    if settings.staff_address:
        return settings.staff_address
    return None if settings.only == "public" else url_for("accounts.show_start")


def hotline_url(site: str, name: str, bbox: list[float] | None, url: str) -> str:
    """Where a problem at a place is reported, filled into the installation's pattern; every value is made safe for it.

    `bbox` is west, south, east, north; its middle is the place.
    """
    west, south, east, north = bbox or (0.0, 0.0, 0.0, 0.0)
    values = {
        "site": site,
        "name": name,
        "lon": f"{(west + east) / 2:.5f}" if bbox else "",
        "lat": f"{(south + north) / 2:.5f}" if bbox else "",
        "url": url,
    }
    pattern = get_wiring().settings.hotline_url
    for key, value in values.items():
        pattern = pattern.replace(f"{{{key}}}", quote(value, safe=""))
    return pattern


def map_url() -> str:
    """The map that a reader of the present page came from: the public's or the command's."""
    for_everybody = is_public_request() or get_wiring().settings.only == "public"
    return public_url("public.show_map") if for_everybody else url_for("accounts.show_start")


def add_public_frame(app: Flask) -> None:
    """Give templates the addresses of the public's pages."""
    app.jinja_env.globals.update(
        is_public_request=is_public_request,
        map_url=map_url,
        outward_url=outward_url,
        public_url=public_url,
        staff_url=staff_url,
        this_page=this_page,
    )
