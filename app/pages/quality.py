"""What is wrong with my data: everything doubtful by check and unit, each with a link to mend it, and week by week."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request, url_for

from app.frame import read_frame
from app.params import read_number
from app.wiring import reading, viewer
from geo.exporters.quality_book import write_quality_book
from geo.queries.quality import BY_CODE, find_doubtful, weekly_counts
from geo.queries.quality_checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.queries.quality import Doubtful

blueprint = Blueprint("quality", __name__, url_prefix="/quality")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 500


def asked_unit() -> int | None:
    """The unit in the address; None for all."""
    return read_number(request.args.get("unit"))


def asked_check() -> str | None:
    """The check in the address; None for all."""
    check = request.args.get("check", "")
    return check if check in BY_CODE else None


def record_link(one: Doubtful, *, whole: bool = False) -> str:
    """Where a record is read: the work's page, or the project's."""
    if one.check.is_work and one.row_id is not None:
        return url_for("zones.show_zone", zone_id=one.row_id, _external=whole)
    return url_for("command.show_project", code=one.code, _external=whole)


def mend_link(one: Doubtful, *, whole: bool = False) -> str:
    """The form that mends a record, at its field; for who only reads, the record itself."""
    if not viewer().may_edit:
        return record_link(one, whole=whole)
    for each in one.check.where.split():
        where, _, field = each.partition("#")
        if (where == "zone" and one.row_id is None) or (where == "place" and not one.detail):
            continue
        return _form_link(where, one, f"field-{field}" if field else None, whole=whole)
    return record_link(one, whole=whole)


_FORMS: dict[str, tuple[str, Callable[[Doubtful], dict[str, Any]]]] = {
    "zone": ("zones.show_edit", lambda one: {"zone_id": one.row_id}),
    "site/new": ("zones.show_new", lambda one: {"kind": "site", "project": one.row_id}),
    "place": ("intake.show_places", lambda _: {}),
    "progress": ("reports.show_report_form", lambda one: {"code": one.code}),
    "plan/new": ("ledger.show_new_form", lambda one: {"code": one.code, "name": "plan"}),
    "blocker": (
        "ledger.show_record_form",
        lambda one: {"code": one.code, "name": "blocker", "row_id": one.row_id},
    ),
}
"""The forms that are no form of the project itself."""


def _form_link(where: str, one: Doubtful, anchor: str | None, *, whole: bool) -> str:
    own = ("ledger.show_project_form", lambda one: {"code": one.code, "name": where})
    endpoint, values = _FORMS.get(where, own)
    return url_for(endpoint, _anchor=anchor, _external=whole, **values(one))


@blueprint.get("")
def show_quality() -> str:
    """The counts, and the records of one check or unit."""
    unit, check = asked_unit(), asked_check()
    with reading() as session:
        frame = read_frame(session)
        found = find_doubtful(session, frame.today)
        weeks = weekly_counts(session)
    by_check = Counter(one.check.code for one in found if unit in {None, one.unit_id})
    by_unit = Counter(one.unit_id for one in found if check in {None, one.check.code})
    units = {one.unit_id: one for one in found}
    listed = [
        one for one in found if unit in {None, one.unit_id} and check in {None, one.check.code}
    ]
    return render_template(
        "quality/quality.html",
        frame=frame,
        checks=CHECKS,
        by_check=by_check,
        by_unit=sorted(by_unit.items(), key=lambda one: -one[1]),
        units=units,
        unit=unit,
        check=check,
        listed=listed[:MOST_SHOWN],
        total=len(listed),
        weeks=[(week, counts, sum(counts.values())) for week, counts in weeks],
        mend_link=mend_link,
        record_link=record_link,
        most=max((sum(counts.values()) for _, counts in weeks), default=0),
    )


@blueprint.get("/doubtful.xlsx")
def download_quality() -> Response:
    """The same as a workbook."""
    with reading() as session:
        frame = read_frame(session)
        found = find_doubtful(session, frame.today, asked_check(), asked_unit())
    links = [mend_link(one, whole=True) for one in found]
    response = Response(write_quality_book(found, frame.today, links), mimetype=XLSX)
    name = f"doubtful-{frame.today:%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
