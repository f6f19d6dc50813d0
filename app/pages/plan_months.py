"""The monthly plan of a project by form: twelve months of a year, of its newest plan."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from app.fields import Filled, seen_version, write_value
from app.form_pages import Answer, may_change
from app.frame import read_frame
from app.languages import language, messages_for_browser, told
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
from geo.queries.ledger import get_project_row, read_rights
from geo.queries.plan_months import get_year_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.form_pages import Session
    from app.frame import Frame
    from geo.queries.plan_months import YearPlan

blueprint = Blueprint("plan_months", __name__, url_prefix="/ledger")

YEAR = "<int(min=1990, max=2100):year>"


@blueprint.get(f"/<code>/months/{YEAR}")
def show_months(code: str, year: int) -> str:
    """A year's months, as they are planned."""
    with reading() as session:
        frame, project, plan = _open(session, code, year)
    return _page(code, frame, project, plan, _fill(plan, frame))


@blueprint.post(f"/<code>/months/{YEAR}")
def take_months(code: str, year: int) -> Answer:
    """Keep them; told what is wrong (422), or set beside what somebody else wrote meanwhile (412)."""
    with reading() as session:
        frame, project, plan = _open(session, code, year)
    seen = seen_version()
    filled = _fill(plan, frame)
    filled.version = str(seen)
    checked = filled.check(request.form)
    months = {
        month: MonthPlan(checked.values[percent_field(month)], checked.values[money_field(month)])
        for month in MONTHS
        if not {percent_field(month), money_field(month)} & checked.errors.keys()
    }
    falls = find_falls(year, months, plan.around)
    filled.errors |= {name: words.of(language()) for name, words in falls.items()}
    if filled.errors and plan.version == seen:
        page = _page(code, frame, project, plan, filled)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if filled.errors or plan.version != seen:
            return _clash(code, frame, project, plan, filled)
        with writing() as session:
            change_months(session, frame.today, project["id"], year, months, seen)
    except ChangeConflictError:
        with reading() as session:
            plan = get_year_plan(session, project["id"], year)
        return _clash(code, frame, project, plan, filled)
    except ChangeRefusedError as error:
        filled.refused = told(error)
        page = _page(code, frame, project, plan, filled)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(
        url_for("ledger.show_project", code=code, months=year, _anchor="plan_version"),
        HTTPStatus.SEE_OTHER,
    )


def _open(session: Session, code: str, year: int) -> tuple[Frame, Mapping[str, Any], YearPlan]:
    """Raises NotFoundError where there is no plan, or none that the asker may write."""
    frame = read_frame(session)
    project = get_project_row(session, code)
    if not (read_rights(session, "plan_month").added and may_change(project)):
        message = f"the monthly plan of {code} is not the asker's to set"
        raise NotFoundError(message)
    return frame, project, get_year_plan(session, project["id"], year)


def _fill(plan: YearPlan, frame: Frame) -> Filled:
    return Filled(months_form(plan.year), _texts(plan), {}, frame.today, version=str(plan.version))


def _texts(plan: YearPlan) -> dict[str, str]:
    texts = {}
    for month in MONTHS:
        said = plan.months.get(month, MonthPlan())
        texts[percent_field(month)] = write_value(Kind.PERCENT, said.percent)
        texts[money_field(month)] = write_value(Kind.MONEY, said.investment_yuan)
    return texts


def _clash(
    code: str, frame: Frame, project: Mapping[str, Any], plan: YearPlan, filled: Filled
) -> Answer:
    """What was written, with what stands now beside each field that differs; sent again, it holds."""
    filled.version = str(plan.version)
    theirs = {
        name: text for name, text in _texts(plan).items() if text != filled.texts.get(name, "")
    }
    page = _page(code, frame, project, plan, filled, theirs)
    return page, HTTPStatus.PRECONDITION_FAILED


def _page(  # noqa: PLR0913, PLR0917  what the template shows
    code: str,
    frame: Frame,
    project: Mapping[str, Any],
    plan: YearPlan,
    filled: Filled,
    theirs: dict[str, str] | None = None,
) -> str:
    return render_template(
        "ledger/months.html",
        frame=frame,
        project=project,
        code=code,
        filled=filled,
        form=filled.form,
        plan=plan,
        theirs=theirs,
        months=[
            (month, month_name(month).of(language()), percent_field(month), money_field(month))
            for month in MONTHS
        ],
        page={"language": language(), "messages": messages_for_browser(), "rules": filled.rules},
    )
