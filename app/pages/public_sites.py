"""A page for each public project and diversion: works without scripts, and behind the QR code of a notice board."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno
from flask import Blueprint, render_template, request

from app.cacheable import HOUR, answer_page, answer_public
from app.public_frame import hotline_url, outward_url, read_public
from app.public_words import named
from geo.errors import NotFoundError
from geo.queries.public_map import find_public_project
from geo.queries.public_pages import get_site_page
from geo.queries.public_works import find_closure

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("public_sites", __name__)

QR_SVG = "image/svg+xml"


@blueprint.get("/sites/<code>")
def show_site(code: str) -> Response:
    """A project as everybody may know it; with `site` one of its sites comes first. 404 if it is not public."""
    return answer_page(render_template("public/site.html", **site_context(code)))


@blueprint.get("/sites/<code>/sheet")
def show_sheet(code: str) -> Response:
    """The same without a page around it, for the map's own sheet."""
    return answer_page(render_template("public/partials/site.html", **site_context(code)))


@blueprint.get("/sites/<code>/board")
def show_board(code: str) -> Response:
    """The sheet for the notice board (公示牌), to be printed: the facts that stay, and the QR code to the rest."""
    context = site_context(code)
    return answer_page(render_template("public/board.html", **context))


@blueprint.get("/sites/<code>/qr.svg")
def show_qr(code: str) -> Response:
    """The QR code of the page of a project, or of the site that `site` names. 404 if it is not public."""
    _, project = read_public(lambda session, frame: find_public_project(session, code, frame.today))
    address = page_address(code, chosen_site(project))
    return answer_public(draw_qr(address), QR_SVG, seconds=HOUR)


@blueprint.get("/closures/<code>")
def show_closure(code: str) -> Response:
    """A diversion: what is closed, when, and how to get on. 404 if it is not told now."""
    return answer_page(render_template("public/closure.html", **closure_context(code)))


@blueprint.get("/closures/<code>/sheet")
def show_closure_sheet(code: str) -> Response:
    """The same without a page around it, for the map's own sheet."""
    return answer_page(render_template("public/partials/closure.html", **closure_context(code)))


def page_address(code: str, site: dict[str, Any] | None) -> str:
    """The whole address of the page of a project or of one of its sites."""
    named_site = {} if site is None else {"site": site["site"]}
    return outward_url("public_sites.show_site", code=code, **named_site)


def site_context(code: str) -> dict[str, Any]:
    """What the templates of a project show."""
    frame, (project, closures) = read_public(
        lambda session, frame: get_site_page(session, code, frame.today, frame.city.notice_days)
    )
    site = chosen_site(project)
    address = page_address(code, site)
    return {
        "frame": frame,
        "project": project,
        "site": site,
        "closures": closures,
        "address": address,
        "report_url": hotline_url(
            code if site is None else f"{code}/{site['site']}",
            named(project),
            project["bbox"] if site is None else site["bbox"],
            address,
        ),
    }


def chosen_site(project: dict[str, Any]) -> dict[str, Any] | None:
    """The site that the address names; raises NotFoundError for one that the project does not have."""
    asked = request.args.get("site")
    if not asked:
        return None
    for site in project["sites"]:
        if site["site"] == asked:
            return dict(site)
    message = f"no public site {asked} of {project['code']}"
    raise NotFoundError(message)


def closure_context(code: str) -> dict[str, Any]:
    """What the templates of a diversion show."""
    frame, closure = read_public(
        lambda session, frame: find_closure(session, code, frame.today, frame.city.notice_days)
    )
    address = outward_url("public_sites.show_closure", code=code)
    name = closure["name"] or closure["whereabouts"] or code
    return {
        "frame": frame,
        "closure": closure,
        "address": address,
        "report_url": hotline_url(code, name, closure["bbox"], address),
    }


def draw_qr(address: str) -> bytes:
    """A QR code as SVG that still reads when a quarter of it is dirty."""
    drawn = BytesIO()
    segno.make(address, error="q", micro=False).save(
        drawn, kind="svg", border=2, scale=8, dark="#111613", light="#ffffff", xmldecl=False
    )
    return drawn.getvalue()
