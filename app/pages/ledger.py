"""The ledger: a unit's projects with what is due, and everything about one project that can be changed by hand."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from app.fields import Filled, seen_version, sending_key, write_values
from app.form_pages import (
    Answer,
    by_command,
    form_page,
    may_change,
    my_units,
    open_form,
    saved_address,
)
from app.frame import read_frame
from app.languages import language, told
from app.params import LARGEST_ID, LARGEST_INTEGER, read_number
from app.wiring import reading, writing
from geo.changes.blockers import bring_back_blocker, withdraw_blocker
from geo.changes.editing import add_record, edit_record
from geo.changes.plan_months import undo_plan
from geo.changes.plans import PlanChange, change_plan
from geo.changes.projects import edit_project
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.forms import FORMS, Form
from geo.forms.districts import changed_flags, flags_of, take_flags
from geo.queries.blockers import find_withdrawable, find_withdrawn
from geo.queries.history import find_sent, read_version
from geo.queries.ledger import (
    find_districts,
    get_project_row,
    get_record,
    list_districts,
    list_due_projects,
    list_plan_numbers,
    list_records,
    read_options,
    read_rights,
)
from geo.queries.photos import list_photos
from geo.queries.project_sheet import get_project_sheet
from geo.queries.rulings import (
    count_open_objections,
    find_shown_lamps,
    list_objections,
    list_rulings,
)
from geo.records import Day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.form_pages import Session
    from app.frame import Frame

blueprint = Blueprint("ledger", __name__, url_prefix="/ledger")

OF_THE_PROJECT = ("facts", "begin", "finish", "standing", "registered")
"""Forms that change the project itself."""
ADDED = ("blocker", "procedure", "suspension", "funding", "land")
"""Forms that can add a record."""
EDITED = (*ADDED, "resolve", "reach")
"""Forms that change a record of a project."""
RECORD = f"<int(max={LARGEST_ID}):row_id>"


@blueprint.get("")
def show_list() -> str:
    """The projects whose report is due, then the others."""
    with reading() as session:
        frame = read_frame(session)
        projects = list_due_projects(session, frame.today, my_units())
        waiting = count_open_objections(session)
    return render_template("ledger/list.html", frame=frame, projects=projects, waiting=waiting)


@blueprint.get("/<code>")
def show_project(code: str) -> str:
    """One project with its records, each with the way to change it; 404 if there is none."""
    return _project_page(code)


def _project_page(code: str, refused: str = "") -> str:
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        sheet = get_project_sheet(session, code, frame.today, frame.today, language())
        options = read_options(session, project, language(), by_command=True)
        lies_in = set(find_districts(session, project["id"]))
        districts = [
            (name_en if language() == "en" else None) or name
            for row_id, name, name_en in list_districts(session)
            if row_id in lies_in
        ]
        records = list_records(session, project["id"])
        photos = list_photos(session, project["id"])
        lamps = find_shown_lamps(session, project["id"], frame.today)
        objections = list_objections(session, frame.today, project["id"])
        rulings = list_rulings(session, frame.today, project["id"])
        edits = may_change(project)
        rights = {form.name: read_rights(session, form.record) for form in FORMS.values()}
        plans_months = edits and bool(read_rights(session, "plan_month").added)
        asked = (session, project["id"], frame.today)
        withdrawable = find_withdrawable(*asked, by_command=by_command()) if edits else frozenset()
        withdrawn = find_withdrawn(*asked, by_command=by_command()) if edits else []
    return render_template(
        "ledger/project.html",
        frame=frame,
        project=project,
        sheet=sheet,
        districts=districts,
        records=records,
        photos=photos,
        lamps=lamps,
        objections=objections,
        rulings=rulings,
        forms=FORMS,
        names={
            name: {choice.value: choice.label for choice in choices}
            for name, choices in options.items()
        },
        saved=read_saved(request.args),
        refused=refused,
        withdrawable=withdrawable,
        withdrawn=withdrawn,
        plans_months=plans_months,
        removes={form.record for form in FORMS.values() if rights[form.name].removes} - {"blocker"},
        changes={
            name
            for name, form in FORMS.items()
            if edits and not rights[name].changed.isdisjoint(form.by_name)
        },
        adds={name for name in FORMS if edits and rights[name].added},
    )


def read_saved(args: Mapping[str, str]) -> dict[str, Any] | None:
    """What was saved just now, from `saved=kind.id.version`; None if the address does not say."""
    kind, _, rest = args.get("saved", "").partition(".")
    row_id, _, version = rest.partition(".")
    if not (kind.replace("_", "").isalpha() and row_id.isdigit() and version.isdigit()):
        return None
    return {"kind": kind, "id": int(row_id), "version": int(version)}


def find_form(name: str, among: tuple[str, ...]) -> Form:
    """The form of that name; raises NotFoundError for one that is not `among` those meant."""
    if name not in among:
        message = f"there is no form “{name}” here"
        raise NotFoundError(message)
    return FORMS[name]


@blueprint.get("/<code>/<name>")
def show_project_form(code: str, name: str) -> str:
    """A form that changes the project itself; 404 for a form that does not."""
    form = find_form(name, OF_THE_PROJECT)
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        filled = open_form(session, form, project, project)
    return form_page(code, filled, frame, project)


@blueprint.post("/<code>/<name>")
def take_project_form(code: str, name: str) -> Answer:
    """Change the project itself."""
    return _take_edit(code, find_form(name, OF_THE_PROJECT), None)


@blueprint.get(f"/<code>/<name>/{RECORD}")
def show_record_form(code: str, name: str, row_id: int) -> str:
    """A form that changes one record of a project."""
    form = find_form(name, EDITED)
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        row = get_record(session, form.record, row_id, project["id"])
        filled = open_form(session, form, project, row)
    return form_page(code, filled, frame, project, row=row)


@blueprint.post(f"/<code>/<name>/{RECORD}")
def take_record_form(code: str, name: str, row_id: int) -> Answer:
    """Change one record of a project."""
    return _take_edit(code, find_form(name, EDITED), row_id)


@blueprint.post(f"/<code>/blocker/{RECORD}/withdraw")
def take_withdrawal(code: str, row_id: int) -> Answer:
    """Take back a blocker that was raised by mistake; why it cannot be is told (422)."""
    with reading() as session:
        frame = read_frame(session)
        project = _get_changeable(session, code)
        get_record(session, "blocker", row_id, project["id"])
    seen = seen_version()
    try:
        with writing() as session:
            withdraw_blocker(session, frame.today, row_id, seen)
    except ChangeRefusedError as error:
        return _project_page(code, told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(
        url_for(".show_project", code=code, withdrawn=row_id, _anchor="blocker"),
        HTTPStatus.SEE_OTHER,
    )


@blueprint.post(f"/<code>/blocker/{RECORD}/bring-back")
def take_return(code: str, row_id: int) -> Answer:
    """Bring a blocker back that was taken back by mistake; why it cannot be is told (422)."""
    with reading() as session:
        frame = read_frame(session)
        _get_changeable(session, code)
    seen = seen_version()
    try:
        with writing() as session:
            version = bring_back_blocker(
                session, frame.today, row_id, seen, by_command=by_command()
            )
    except ChangeRefusedError as error:
        return _project_page(code, told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(
        url_for(".show_project", code=code, returned=f"{row_id}.{version}", _anchor="blocker"),
        HTTPStatus.SEE_OTHER,
    )


@blueprint.post("/<code>/plan/undo")
def take_plan_undo(code: str) -> Answer:
    """Undo a change of plan, or a year's months, as they were sent; why it cannot be is told (422)."""
    with reading() as session:
        frame = read_frame(session)
        project = _get_changeable(session, code)
    try:
        with writing() as session:
            sent = request.form.get("sent", "").replace("\0", "")
            undo_plan(session, frame.today, project["id"], sent)
    except ChangeRefusedError as error:
        return _project_page(code, told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_project", code=code, undone=1), HTTPStatus.SEE_OTHER)


def _get_changeable(session: Session, code: str) -> Mapping[str, Any]:
    project = get_project_row(session, code)
    if not may_change(project):
        message = f"project {code} is not the asker's to change"
        raise NotFoundError(message)
    return project


def _take_edit(code: str, form: Form, row_id: int | None) -> Answer:
    """Take an edit: kept, told what is wrong with it (422), or set beside what somebody else wrote meanwhile (412)."""
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        row = project if row_id is None else get_record(session, form.record, row_id, project["id"])
        filled = open_form(session, form, project, row)
        seen = seen_version()
        form = filled.form
        theirs = write_values(form, {**row, **flags_of(filled.districts or ())})
        was = read_version(session, form.record, row["id"], seen)
    given = request.form.to_dict()
    lay_in = read_districts(given, filled.districts or ())
    unsettled = settle(form, given)
    checked = filled.check(given)
    if row["version"] == seen and not unsettled and checked.errors:
        filled.version = str(seen)
        return form_page(code, filled, frame, project, row=row), HTTPStatus.UNPROCESSABLE_ENTITY
    if row["version"] == seen and not unsettled:
        try:
            with writing() as session:
                version = _write(session, frame, form, row["id"], seen, checked.values, lay_in)
            return saved_address(code, form.record, row["id"], version)
        except ChangeRefusedError as error:
            filled.version = str(seen)
            filled.refused = told(error)
            page = form_page(code, filled, frame, project, row=row)
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        except ChangeConflictError:
            with reading() as session:
                row = get_record(session, form.record, row["id"], project["id"])
                theirs = write_values(form, row)
    before = write_values(form, {**was, **flags_of(lay_in)}) if was else None
    choices = compare(filled, theirs, before)
    if not choices and not checked.errors:
        # What was sent is what stands there: sent twice, or both wrote the same.
        return saved_address(code, form.record, row["id"], row["version"])
    page = form_page(
        code,
        filled,
        frame,
        project,
        row=row,
        template="ledger/conflict.html",
        choices=choices,
        theirs=theirs,
        present=row["version"],
    )
    return page, HTTPStatus.PRECONDITION_FAILED


def _write(  # noqa: PLR0913, PLR0917  what an edit says
    session: Session,
    frame: Frame,
    form: Form,
    row_id: int,
    seen: int,
    values: Mapping[str, Any],
    lay_in: tuple[int, ...],
) -> int:
    """Keep an edit; its version. Of the districts only what differs from those in which the project lay."""
    columns = dict(values)
    flags = take_flags(columns)
    if form.record != "project":
        return edit_record(session, frame.today, form.record, row_id, seen, columns)
    moved = changed_flags(flags, lay_in)
    return edit_project(session, frame.today, row_id, seen, columns, moved)


def read_districts(given: Mapping[str, str], present: tuple[int, ...]) -> tuple[int, ...]:
    """The districts in which the project lay when the form was opened; the present ones where it does not say."""
    if "districts_seen" not in given:
        return present
    told = (read_number(one) for one in given["districts_seen"].split(","))
    return tuple(one for one in told if one is not None)


def settle(form: Form, given: dict[str, str]) -> bool:
    """Put what was picked from theirs into what was sent; whether a field is left that nobody decided upon."""
    whole = given.get("all")
    left = False
    for one in form.fields:
        if f"theirs.{one.name}" not in given:
            continue
        picked = whole or given.get(f"pick.{one.name}")
        if picked == "theirs":
            given[one.name] = given[f"theirs.{one.name}"]
        elif picked != "mine":
            left = True
    return left


def compare(
    filled: Filled, theirs: Mapping[str, str], before: Mapping[str, str] | None
) -> list[dict[str, Any]]:
    """The fields in which mine and theirs differ, side by side with what it was, and what is picked beforehand.

    What only one side changed is picked; what both changed is for the person to decide.
    """
    rows = []
    for one in filled.form.fields:
        mine, other = filled.texts[one.name], theirs[one.name]
        if mine == other:
            continue
        was = None if before is None else before[one.name]
        picked = "mine" if was == other else "theirs" if was == mine else ""
        rows.append({"field": one, "mine": mine, "theirs": other, "was": was, "picked": picked})
    return rows


@blueprint.get("/<code>/<name>/new")
def show_new_form(code: str, name: str) -> str:
    """An empty form for a record that is to be added."""
    form = find_form(name, (*ADDED, "plan"))
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        filled = _new_form(session, form, project, frame)
    return form_page(code, filled, frame, project)


def _new_form(session: Session, form: Form, project: Mapping[str, Any], frame: Frame) -> Filled:
    filled = open_form(session, form, project, None)
    for name in ("raised_on", "first_on", "as_of_on"):
        if name in form.by_name:
            filled.texts[name] = frame.today.isoformat()
    if form.name == "blocker" and project["lead_unit_id"] is not None:
        filled.texts["responsible_unit_id"] = str(project["lead_unit_id"])
    if form.name == "procedure":
        filled.texts["required"] = "1"
    if form.name == "plan":
        filled.texts["investment_year"] = str(frame.today.year)
        filled.version = " ".join(
            f"{site_id or 0}.{number}"
            for site_id, number in list_plan_numbers(session, project["id"]).items()
        )
        filled.texts["start_precision"] = filled.texts["finish_precision"] = "day"
    return filled


@blueprint.post("/<code>/<name>/new")
def take_new_form(code: str, name: str) -> Answer:
    """Add a record; the same sent twice is added once."""
    form = find_form(name, (*ADDED, "plan"))
    with reading() as session:
        frame = read_frame(session)
        project = get_project_row(session, code)
        filled = _new_form(session, form, project, frame)
    checked = filled.check(request.form)
    filled.key = request.form.get("key", filled.key)
    if not checked.errors:
        key = sending_key()
        try:
            with writing(key) as session:
                if form.name == "plan":
                    number = _take_plan(session, project, checked.values, frame, key)
                    return redirect(
                        url_for(".show_project", code=code, plan=number, sent=key),
                        HTTPStatus.SEE_OTHER,
                    )
                values = {**checked.values, "project_id": project["id"]}
                sent = find_sent(session, form.record, key)
                row_id = sent or add_record(session, frame.today, form.record, values)
            return saved_address(code, form.record, row_id, 1)
        except ChangeConflictError as error:
            filled.refused = told(error)
            return form_page(code, filled, frame, project), HTTPStatus.PRECONDITION_FAILED
        except ChangeRefusedError as error:
            filled.refused = told(error)
    return form_page(code, filled, frame, project), HTTPStatus.UNPROCESSABLE_ENTITY


def _take_plan(
    session: Session, project: Mapping[str, Any], values: dict[str, Any], frame: Frame, key: str
) -> int:
    """Keep a change of plan, of the project or of the site that it names, once however often it is sent; its number."""
    sent = find_sent(session, "plan_version", key)
    if sent:
        return int(get_record(session, "plan_version", sent, project["id"])["number"])
    seen = dict(one.split(".", 1) for one in request.form.get("version", "").split() if "." in one)
    number = seen.get(str(values["site_id"] or 0))
    return change_plan(
        session,
        frame.today,
        project["id"],
        PlanChange(
            values["document"],
            values["in_force_from"],
            values["site_id"],
            _planned(values, "start"),
            _planned(values, "finish"),
            values["milestone"],
            Day(values["milestone_due_on"]) if values["milestone_due_on"] else None,
            None if values["milestone_percent"] is None else float(values["milestone_percent"]),
            None
            if values["investment_yuan"] is None
            else (values["investment_year"], values["investment_yuan"]),
        ),
        read_number(number, LARGEST_INTEGER),
    )


def _planned(values: Mapping[str, Any], name: str) -> Day | None:
    on = values[f"{name}_on"]
    return Day(on, values[f"{name}_precision"] or "day") if on else None
