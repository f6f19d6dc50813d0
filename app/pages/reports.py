"""Reporting progress from the site or the office: the form of a period, with photos; and the files that were sent."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, Response, request, send_file

from app.fields import Filled, sending_key, write_values
from app.form_pages import form_page, open_form, saved_address
from app.frame import read_frame
from app.languages import told
from app.params import LARGEST_ID, parse_day
from app.wiring import reading, writing
from geo.changes.photos import keep_photos
from geo.changes.reports import record_progress
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.forms import FORMS
from geo.forms.periods import Period, due_period, period_of
from geo.photos import Photo, read_photo
from geo.queries.files import get_file
from geo.queries.history import find_sent
from geo.queries.ledger import find_last_report, get_project_row
from geo.queries.photos import get_attachment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from app.form_pages import Answer, Session
    from app.frame import Frame

blueprint = Blueprint("reports", __name__, url_prefix="/ledger")

MOST_PHOTOS = 9
CARRIED = ("percent", "step", "invested_to_date_yuan", "next_step", "reporter", "checker")
"""What a report begins with: what the last one said. What was done in the period is told anew."""
FORM = FORMS["progress"]

TOO_MANY = (
    f"一次最多{MOST_PHOTOS}张照片,请分次填报。",
    f"At most {MOST_PHOTOS} photos at a time. Send the others with another report.",
)


class Opened(NamedTuple):
    """The form of a period, with what was said before."""

    frame: Frame
    project: dict[str, Any]
    filled: Filled
    last: dict[str, Any] | None
    """The last report there is."""
    present: dict[str, Any] | None
    """The report of this very period, which a new one corrects."""
    periods: tuple[Period, Period]


def open_report(session: Session, code: str, args: Mapping[str, str]) -> Opened:
    """The form for `first_on` (else the period that is due) of the project or its site `site_id`."""
    frame = read_frame(session)
    project = get_project_row(session, code)
    filled = open_form(session, FORM, project, None)
    sites = {choice.value for choice in filled.options["sites"]}
    site = args.get("site_id", "")
    site_id = int(site) if site in sites else None
    last = find_last_report(session, project["id"], site_id)
    kind = project["report_period"]
    day = parse_day(args.get("first_on", ""))
    if day is not None and day <= frame.today:
        period = period_of(kind, day)
    else:
        period = due_period(kind, frame.today, last["last_on"] if last else None)
    present = find_last_report(session, project["id"], site_id, period.first_on)
    said = present or {name: (last or {}).get(name) for name in CARRIED}
    filled.texts = write_values(filled.form, said) | {
        "first_on": period.first_on.isoformat(),
        "last_on": period.last_on.isoformat(),
        "site_id": str(site_id or ""),
    }
    filled.version = "" if present is None else str(present["revision"])
    return Opened(frame, project, filled, last, present, _choices(kind, frame.today))


def _choices(kind: Any, today: date) -> tuple[Period, Period]:  # noqa: ANN401  a column's value
    now = period_of(kind, today)
    return period_of(kind, _day_before(now.first_on)), now


def _day_before(day: date) -> date:
    return day.fromordinal(day.toordinal() - 1)


def _page(code: str, opened: Opened, **more: Any) -> str:  # noqa: ANN401  what the template shows
    return form_page(
        code,
        opened.filled,
        opened.frame,
        opened.project,
        template="ledger/report.html",
        last=opened.last,
        present=opened.present,
        before=write_values(opened.filled.form, opened.present or opened.last or {}),
        periods=opened.periods,
        most_photos=MOST_PHOTOS,
        **more,
    )


@blueprint.get("/<code>/progress")
def show_report_form(code: str) -> Response:
    """The form for the period that is due, filled with what the last report said; 404 for an unknown project."""
    with reading() as session:
        opened = open_report(session, code, request.args)
    response = Response(_page(code, opened))
    # The place where a photo is taken may be added by the person, on this page alone.
    response.headers["Permissions-Policy"] = (
        "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"
    )
    return response


@blueprint.post("/<code>/progress")
def take_report(code: str) -> Answer:
    """Keep a report with its photos; told what is wrong (422), or that somebody was faster (412)."""
    with reading() as session:
        opened = open_report(session, code, request.form)
    filled = opened.filled
    checked = filled.check(request.form)
    filled.key = request.form.get("key", filled.key)
    if checked.errors:
        return _page(code, opened), HTTPStatus.UNPROCESSABLE_ENTITY
    seen = request.form.get("version", "")
    key = sending_key()
    with reading() as session:
        sent = find_sent(session, "progress_report", key)
    if sent:
        return saved_address(code, "progress_report", sent, 1)
    try:
        photos = _read_photos()
        with writing(key) as session:
            project_id = opened.project["id"]
            report_id = record_progress(
                session,
                opened.frame.today,
                project_id,
                checked.values,
                int(seen) if seen.isdigit() else None,
            )
            keep_photos(session, project_id, photos, report_id=report_id)
    except ChangeRefusedError as error:
        filled.refused = told(error)
        return _page(code, opened), HTTPStatus.UNPROCESSABLE_ENTITY
    except ChangeConflictError as error:
        with reading() as session:
            sent = find_sent(session, "progress_report", key)
            again = open_report(session, code, request.form)
        if sent:
            return saved_address(code, "progress_report", sent, 1)
        again.filled.texts = filled.texts
        again.filled.refused = told(error)
        return _page(code, again, conflict=True), HTTPStatus.PRECONDITION_FAILED
    return saved_address(code, "progress_report", report_id, 1)


def _read_photos() -> list[Photo]:
    """The photos that came with the form, with the place the person added to those that have none."""
    sent = [
        file for file in request.files.getlist("photos") if file.filename or file.content_length
    ]
    if len(sent) > MOST_PHOTOS:
        raise ChangeRefusedError(*TOO_MANY)
    place = _read_place()
    photos = [read_photo(file.read(), file.filename or "") for file in sent]
    return [
        replace(photo, longitude=place[0], latitude=place[1])
        if place and photo.longitude is None
        else photo
        for photo in photos
    ]


def _read_place() -> tuple[float, float] | None:
    """Where the person says to be, WGS84 longitude and latitude; None for what is no place on earth."""
    try:
        longitude, latitude = (float(request.form[name]) for name in ("longitude", "latitude"))
    except (KeyError, ValueError):
        return None
    there = abs(longitude) <= 180 and abs(latitude) <= 90  # noqa: PLR2004  degrees; false for NaN
    return (longitude, latitude) if there else None


def _send(sha256: str, name: str) -> Response:
    with reading() as session:
        found = get_file(session, sha256)
    picture = found.media_type.startswith("image/") and found.media_type != "image/svg+xml"
    response = send_file(
        BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=not picture,
        download_name=name,
        etag=sha256,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get(f"/files/<int(max={LARGEST_ID}):attachment_id>")
def show_file(attachment_id: int) -> Response:
    """The file of an attachment, for who may see its record; 404 for others. Only pictures open in the page."""
    with reading() as session:
        kept = get_attachment(session, attachment_id)
    return _send(kept.sha256, kept.file_name)


@blueprint.get(f"/files/<int(max={LARGEST_ID}):attachment_id>/thumbnail")
def show_thumbnail(attachment_id: int) -> Response:
    """A photo's small copy."""
    with reading() as session:
        kept = get_attachment(session, attachment_id)
    if kept.thumbnail_sha256 is None:
        message = f"attachment {attachment_id} is no photo"
        raise NotFoundError(message)
    return _send(kept.thumbnail_sha256, kept.file_name)
