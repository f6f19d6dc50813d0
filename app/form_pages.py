"""What pages with forms share: a form opened for a record, shown on a page, and where a save leads."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from flask import redirect, render_template, url_for

from app.fields import Filled, write_values
from app.languages import language, messages_for_browser
from app.wiring import find_city, today_in, viewer
from geo.errors import NotFoundError
from geo.forms.districts import flags_of, with_districts
from geo.queries.ledger import find_districts, list_districts, read_options, read_rights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as Session  # noqa: PLC0414  pages name the type by this module
    from werkzeug.wrappers import Response

    from app.frame import Frame
    from geo.forms import Form

Answer: TypeAlias = "str | tuple[str, int] | Response"


def my_units() -> tuple[int, ...] | None:
    """The units whose projects the viewer keeps; None for who sees all."""
    asker = viewer()
    return None if asker.sees_whole_city else asker.unit_ids


def by_command() -> bool:
    """Whether the viewer may set what only the command sets."""
    return viewer().audience == "command"


def may_change(project: Mapping[str, Any]) -> bool:
    """Whether the viewer may change anything about a project."""
    return viewer().may_edit_for(project["lead_unit_id"])


def saved_address(code: str, kind: str, row_id: int, version: int) -> Response:
    """Back to the project, with the way to undo what was saved."""
    said = f"{kind}.{row_id}.{version}"
    return redirect(url_for("ledger.show_project", code=code, saved=said), HTTPStatus.SEE_OTHER)


def form_page(
    code: str,
    filled: Filled,
    frame: Frame,
    project: Mapping[str, Any],
    **more: Any,  # noqa: ANN401  what the template shows
) -> str:
    """A page with one form."""
    return render_template(
        more.pop("template", "ledger/form.html"),
        frame=frame,
        project=project,
        code=code,
        filled=filled,
        form=filled.form,
        page={"language": language(), "messages": messages_for_browser(), "rules": filled.rules},
        **more,
    )


def open_form(
    session: Session,
    form: Form,
    project: Mapping[str, Any],
    row: Mapping[str, Any] | None,
) -> Filled:
    """A form with what a record says, None for a new one; only with the fields that the viewer may set.

    Raises NotFoundError when there is none.
    """
    rights = read_rights(session, form.record)
    names = rights.added if row is None else rights.changed
    mine = form if form.name == "plan" and names else form.narrowed(names)
    lies_in: list[int] | None = None
    if form.name in {"facts", "new_project"} and read_rights(session, "project_district").added:
        mine = with_districts(mine, list_districts(session))
        lies_in = find_districts(session, project["id"])
    if not (mine.fields and may_change(project)):
        message = f"nothing of {form.name} is for the asker to set"
        raise NotFoundError(message)
    said = {**(row or {}), **flags_of(lies_in or ())}
    return Filled(
        mine,
        write_values(mine, said),
        dict(read_options(session, project, language(), by_command=by_command())),
        today_in(find_city(session)),
        version=str(said.get("version", "")),
        districts=None if lies_in is None else tuple(lies_in),
    )
