"""The monthly plan of a project, or of a site with a plan of its own, by form: twelve months of a year."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for

from app.fields import Filled, seen_version, sending_key, write_value
from app.form_pages import Answer, may_change
from app.frame import read_frame
from app.languages import language, messages_for_browser, told
from app.params import read_number
from app.wiring import reading, writing
from geo.changes.plan_months import change_months
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.forms import Kind
from geo.forms.months import (
    MONTHS,
    MonthPlan,
    find_falls,
    money_field,
    month_name,
    months_form,
    percent_field,
)
from geo.queries.ledger import get_project_row, list_plan_numbers, read_rights
from geo.queries.plan_months import get_year_plan, list_planned_sites

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.form_pages import Session
    from app.frame import Frame
    from geo.queries.plan_months import PlannedSite, YearPlan

blueprint = Blueprint("plan_months", __name__, url_prefix="/ledger")

YEAR = "<int(min=1990, max=2100):year>"


@blueprint.get(f"/<code>/months/{YEAR}")
def show_months(code: str, year: int) -> str:
    """A year's months, as they are planned."""
    with reading() as session:
        opened = _open(session, code, year)
    return _page(opened, _fill(opened))


@blueprint.post(f"/<code>/months/{YEAR}")
def take_months(code: str, year: int) -> Answer:
    """Keep them; told what is wrong (422), or set beside what somebody else wrote meanwhile (412)."""
    with reading() as session:
        opened = _open(session, code, year)
    plan, seen = opened.plan, seen_version()
    filled = _fill(opened)
    filled.version = str(seen)
    filled.key = request.form.get("key", filled.key)
    checked = filled.check(request.form)
    months = {
        month: MonthPlan(checked.values[percent_field(month)], checked.values[money_field(month)])
        for month in MONTHS
        if not {percent_field(month), money_field(month)} & checked.errors.keys()
    }
    falls = find_falls(year, months, plan.around)
    filled.errors |= {name: words.of(language()) for name, words in falls.items()}
    if filled.errors and plan.version == seen:
        return _page(opened, filled), HTTPStatus.UNPROCESSABLE_ENTITY
    key = sending_key()
    try:
        if filled.errors or plan.version != seen:
            return _clash(opened, filled)
        with writing(key) as session:
            today, project_id = opened.frame.today, opened.project["id"]
            changed = change_months(session, today, project_id, year, months, seen, plan.site_id)
    except ChangeConflictError:
        with reading() as session:
            opened = _open(session, code, year)
        return _clash(opened, filled)
    except ChangeRefusedError as error:
        filled.refused = told(error)
        return _page(opened, filled), HTTPStatus.UNPROCESSABLE_ENTITY
    sent = key if changed else None
    return redirect(
        url_for("ledger.show_project", code=code, months=year, sent=sent), HTTPStatus.SEE_OTHER
    )


class Opened(NamedTuple):
    """The project, the year of its plan (or of one of its sites'), and its sites."""

    frame: Frame
    project: Mapping[str, Any]
    plan: YearPlan
    sites: list[PlannedSite]
    whole: bool
    """Whether the project as a whole has a plan."""


def _open(session: Session, code: str, year: int) -> Opened:
    """Raises NotFoundError where there is no plan, or none that the asker may write."""
    frame = read_frame(session)
    project = get_project_row(session, code)
    if not (read_rights(session, "plan_month").added and may_change(project)):
        message = f"the monthly plan of {code} is not the asker's to set"
        raise NotFoundError(message)
    site_id = read_number(request.args.get("site_id"))
    plan = get_year_plan(session, project["id"], year, site_id)
    whole = None in list_plan_numbers(session, project["id"])
    return Opened(frame, project, plan, list_planned_sites(session, project["id"]), whole)


def _fill(opened: Opened) -> Filled:
    plan = opened.plan
    form, today = months_form(plan.year), opened.frame.today
    return Filled(form, _texts(plan), {}, today, version=str(plan.version))


def _texts(plan: YearPlan) -> dict[str, str]:
    texts = {}
    for month in MONTHS:
        said = plan.months.get(month, MonthPlan())
        texts[percent_field(month)] = write_value(Kind.PERCENT, said.percent)
        texts[money_field(month)] = write_value(Kind.MONEY, said.investment_yuan)
    return texts


def _clash(opened: Opened, filled: Filled) -> Answer:
    """What was written, with what stands now beside each field that differs; sent again, it holds."""
    plan = opened.plan
    filled.version = str(plan.version)
    theirs = {
        name: text for name, text in _texts(plan).items() if text != filled.texts.get(name, "")
    }
    return _page(opened, filled, theirs), HTTPStatus.PRECONDITION_FAILED


def _page(opened: Opened, filled: Filled, theirs: dict[str, str] | None = None) -> str:
    plan = opened.plan
    return render_template(
        "ledger/months.html",
        frame=opened.frame,
        project=opened.project,
        code=opened.project["code"],
        filled=filled,
        form=filled.form,
        plan=plan,
        site=next((one for one in opened.sites if one.id == plan.site_id), None),
        sites=opened.sites,
        whole=opened.whole,
        theirs=theirs,
        months=[
            (month, month_name(month).of(language()), percent_field(month), money_field(month))
            for month in MONTHS
        ],
        page={"language": language(), "messages": messages_for_browser(), "rules": filled.rules},
    )
