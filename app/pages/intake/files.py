"""Files that were dropped: what they are, and mappings made by pointing at their columns."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Response, redirect, render_template, request, url_for

from app.frame import read_frame, tell_browser
from app.languages import half, language, told
from app.pages.intake.desk import (
    ID,
    OF_ADMINISTRATORS,
    blueprint,
    in_city,
    lying,
    offered_kinds,
)
from app.wiring import get_wiring, reading, viewer, writing
from geo.changes.intake_desk import keep_intake_file, save_mapping
from geo.errors import ChangeRefusedError, ImportRefusedError, NotFoundError, RuleError
from geo.importers.context import read_context
from geo.importers.ledger import sheet_called
from geo.importers.look import Frame as LookFrame
from geo.importers.look import look_at_file
from geo.importers.mapping import list_mappings
from geo.importers.mapping_draft import (
    OFFERED_KINDS,
    SHAPED,
    ZONES,
    Draft,
    fits,
    likely_kind,
    suggest,
    target_fields,
    to_toml,
)
from geo.importers.mapping_file import parse_mapping
from geo.queries.files import get_file
from geo.queries.intake import get_intake_file, list_files, list_mapping_records, list_runs

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.form_pages import Session
    from geo.importers.look import FileLook, TableLook
    from geo.queries.intake import MappingLine

ENCODINGS = ("utf-8", "gb18030", "big5hkscs")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
CRS = re.compile(r"EPSG:\d{4,6}|GCJ-02|BD-09|find")
LONGEST_WORD = 200
NO_NAME = (
    "映射名称只能用小写字母、数字和连字符,如 road-digs。",
    "A mapping's name has small letters, digits and hyphens, as in road-digs.",
)


NAME_TAKEN = (
    "已有同名映射,请换一个名称。",
    "There is a mapping of that name already. Choose another name.",
)


@blueprint.get("")
def show_intake() -> str:
    """Drop a file; mappings, imports and the ledger's forms beside it."""
    return _intake(None)


def _intake(refusal: str | None) -> str:
    with reading() as session:
        frame = read_frame(session)
        files = list_files(session)
        runs = list_runs(session)
        kept = list_mapping_records(session)
    return render_template(
        "intake/intake.html",
        frame=frame,
        files=files,
        runs=runs,
        kept=kept,
        shipped=list_mappings(),
        refusal=refusal,
        in_city=in_city(frame),
    )


@blueprint.post("/files")
def take_file() -> BaseResponse | tuple[str, int]:
    """Keep a dropped file, and go to see what it is."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        words = ("请选择一个文件。", "Choose a file.")
        if viewer().audience == "admin":
            return redirect(url_for("city_data.show_districts"), HTTPStatus.SEE_OTHER)
        return _intake(words[language() == "en"]), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with writing() as session:
            key = keep_intake_file(
                session, sent.filename, sent.read(), viewer().actor, get_wiring().now()
            )
    except ChangeRefusedError as error:
        if viewer().audience == "admin":
            raise
        return _intake(told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    kind = request.form.get("kind")
    asked: dict[str, Any] = {"kind": kind} if kind in OFFERED_KINDS else {}
    return redirect(url_for(".show_file", key=key, **asked), HTTPStatus.SEE_OTHER)


@blueprint.get(f"/files/{ID}")
def show_file(key: int) -> str:
    """What a file is: its sheets or layers, first rows, encodings, where its shapes may lie; and ways to read it."""
    return _file(key, None)


def _file(key: int, refusal: str | None) -> str:
    args = request.args
    encoding = args.get("encoding") if args.get("encoding") in ENCODINGS else None
    with reading() as session:
        frame = read_frame(session)
        line = get_intake_file(session, key)
        content = get_file(session, line.sha256).content
        kept = list_mapping_records(session)
        context = read_context(session, frame.today)
    look: FileLook | None = None
    unreadable: str | None = None
    try:
        with lying(line.file_name, content) as path:
            look = look_at_file(path, LookFrame(frame.city.bbox, frame.city.metric_srid), encoding)
    except ImportRefusedError as error:
        unreadable = half(str(error))
    tables = [] if look is None else [table for table in look.tables if table.fields]
    asked = args.get("table", "")
    table = next((one for one in tables if one.name == asked), tables[0] if tables else None)
    kind, kinds = args.get("kind", ""), offered_kinds()
    if table is not None and kind not in kinds:
        kind = kinds[0] if len(kinds) == 1 else likely_kind(table)
    return render_template(
        "intake/file.html",
        frame=frame,
        line=line,
        look=look,
        unreadable=unreadable,
        refusal=refusal,
        tables=tables,
        table=table,
        encoding=encoding,
        kind=kind,
        kinds=kinds,
        zones=ZONES,
        shaped=SHAPED,
        targets=target_fields(kind) if kind else [],
        suggested=suggest(kind, table, context.codes) if table is not None else {},
        is_ledger=len(kinds) > 1
        and any(sheet_called(one.name) is not None for one in tables if one.name),
        fitting=_fitting(table, kept),
        chosen=args.get("mapping", ""),
        page=tell_browser(frame, shapes=_shapes_of(table)),
        default_name=f"mapping-{key}",
    )


def _fitting(table: TableLook | None, kept: list[MappingLine]) -> list[tuple[str, str]]:
    """Name and title of each mapping that finds all its columns in the file."""
    if table is None:
        return []
    columns = [one.name for one in table.fields]
    own = [(one.name, one.title, parse_mapping(one.name, one.body)) for one in kept]
    shipped = [
        (one.name, one.title_en if language() == "en" else one.title, one)
        for one in list_mappings()
    ]
    kinds = set(offered_kinds())
    return [
        (name, title)
        for name, title, mapping in (*own, *shipped)
        if fits(mapping, columns) and {one.kind for one in mapping.records} <= kinds
    ]


def _shapes_of(table: TableLook | None) -> list[dict[str, Any]]:
    """For each coordinate system that fits, the first shapes as they would lie."""
    return [] if table is None else [one.shapes for one in table.crs]


@blueprint.post(f"/files/{ID}/mapping")
def take_mapping(key: int) -> BaseResponse | tuple[str, int]:
    """Save the mapping that was pointed at, and go on with it."""
    form = request.form
    name = form.get("name", "").strip()
    kind = form.get("kind", "")
    try:
        body = _body(name, kind)
        with writing() as session:
            _check_name(session, name)
            title = form.get("title", "").strip()[:LONGEST_WORD] or name
            save_mapping(session, name, title, body, viewer().actor, get_wiring().now())
    except (ChangeRefusedError, RuleError) as error:
        return _file(key, half(str(error))), HTTPStatus.UNPROCESSABLE_ENTITY
    asked: dict[str, Any] = {word: form[word] for word in ("table", "encoding") if form.get(word)}
    return redirect(
        url_for(".show_file", key=key, mapping=name, _anchor="read", **asked), HTTPStatus.SEE_OTHER
    )


def _check_name(session: Session, name: str) -> None:
    """An administrator writes over no mapping that is not his to use."""
    kept = {one.name: one.body for one in list_mapping_records(session)}
    if viewer().audience != "admin" or name not in kept:
        return
    if {one.kind for one in parse_mapping(name, kept[name]).records} - set(OF_ADMINISTRATORS):
        raise ChangeRefusedError(*NAME_TAKEN)


def _body(name: str, kind: str) -> str:
    """The mapping file that the form says."""
    if not NAME.fullmatch(name) or kind not in offered_kinds():
        raise ChangeRefusedError(*NO_NAME)
    return to_toml(_draft(request.form, kind))


def _draft(form: Any, kind: str) -> Draft:  # noqa: ANN401  a form
    columns = {
        one.name: form[f"column-{one.name}"]
        for one in target_fields(kind)
        if form.get(f"column-{one.name}")
    }
    constants = {
        one.name: form[f"constant-{one.name}"].strip()[:LONGEST_WORD]
        for one in target_fields(kind)
        if form.get(f"constant-{one.name}", "").strip()
    }
    shape = None
    if form.get("shape-from"):
        crs = form.get("shape-crs-typed", "").strip() or form.get("shape-crs", "")
        shape = {
            "from": form["shape-from"],
            "field": form.get("shape-field", ""),
            "x": form.get("shape-x", ""),
            "y": form.get("shape-y", ""),
            "crs": crs if CRS.fullmatch(crs) else "find",
        }
    return Draft(
        title=form.get("title", "").strip()[:LONGEST_WORD] or form.get("name", ""),
        kind=kind,
        columns=columns,
        constants=constants,
        format=form.get("format") or None,
        sheet=form.get("table") or None,
        encoding=form.get("encoding") or None,
        shape=shape,
        dates=form.get("dates", "").strip()[:40] or None,
    )


@blueprint.get("/mappings/<name>.toml")
def download_mapping(name: str) -> Response:
    """A kept mapping as a mapping file."""
    with reading() as session:
        kept = next((one for one in list_mapping_records(session) if one.name == name), None)
    if kept is None:
        message = f"no mapping {name}"
        raise NotFoundError(message)
    return _download(kept.body.encode(), f"{name}.toml", "application/toml")


def _download(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
