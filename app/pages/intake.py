"""Any file in the browser: looked at, mapped by pointing at columns, tried, imported, its report kept, undone."""

from __future__ import annotations

import json
import queue
import re
import tempfile
import threading
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)

from app.access import NotAllowedError
from app.actors import actor_namer
from app.formats import format_moment
from app.frame import read_codes, read_frame
from app.languages import half, language, messages_for_browser, told
from app.params import LARGEST_ID, read_number
from app.wiring import find_city, get_wiring, reading, staff_database, today_in, viewer, writing
from geo.changes.intake_desk import keep_intake_file, save_mapping, undo_import
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
from geo.importers.place_desk import confirm, list_waiting
from geo.importers.run import LEDGER, ImportOrder, find_any_mapping, run_import
from geo.queries.files import get_file
from geo.queries.intake import (
    get_intake_file,
    get_run,
    group_notices,
    list_files,
    list_mapping_records,
    list_runs,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Response as BaseResponse

    from app.form_pages import Session
    from app.frame import Frame
    from geo.importers.look import FileLook, TableLook
    from geo.queries.intake import IntakeLine, MappingLine

blueprint = Blueprint("intake", __name__, url_prefix="/intake")

ID = f"<int(max={LARGEST_ID}):key>"
ENCODINGS = ("utf-8", "gb18030", "big5hkscs")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
CRS = re.compile(r"EPSG:\d{4,6}|GCJ-02|BD-09|find")
LONGEST_WORD = 200


OF_ADMINISTRATORS = ("district",)
"""Kinds of record that administrators bring in as well."""


def offered_kinds() -> tuple[str, ...]:
    """The kinds of record that the asker brings in."""
    return OF_ADMINISTRATORS if viewer().audience == "admin" else OFFERED_KINDS


def check_mapping(session: Session, name: str) -> None:
    """Raises NotAllowedError for a mapping whose records are not all for the asker to bring in."""
    if viewer().audience != "admin":
        return
    try:
        records = () if name == LEDGER else find_any_mapping(session, name).records
    except RuleError as error:
        raise NotFoundError(str(error)) from error
    kinds = {one.kind for one in records}
    if not kinds or not kinds <= set(OF_ADMINISTRATORS):
        message = f"mapping {name} is not for an administrator"
        raise NotAllowedError(message)


@contextmanager
def lying(name: str, content: bytes) -> Iterator[Path]:
    """The file on disk for as long as it is read, under a name of ours with its own ending."""
    with tempfile.TemporaryDirectory() as folder:
        suffix = Path(name).suffix
        safe = suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", suffix) else ""
        path = Path(folder) / f"file{safe}"
        path.write_bytes(content)
        yield path


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
        in_city=_in_city(frame),
    )


def _in_city(frame: Frame) -> Any:  # noqa: ANN401  a function for templates
    zone = ZoneInfo(frame.city.time_zone)
    return lambda at: format_moment(
        at.astimezone(zone).replace(second=0, microsecond=0), language(), frame.today
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
        page=_map_page(frame, _shapes_of(table)),
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


def _map_page(frame: Frame, shapes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "language": language(),
        "city": {"name": frame.city_name, "bbox": list(frame.city.bbox)},
        "today": frame.today.isoformat(),
        "day": frame.day.isoformat(),
        "codes": {},
        "messages": messages_for_browser(),
        "shapes": shapes,
    }


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


NO_NAME = (
    "映射名称只能用小写字母、数字和连字符,如 road-digs。",
    "A mapping's name has small letters, digits and hyphens, as in road-digs.",
)


NAME_TAKEN = (
    "已有同名映射,请换一个名称。",
    "There is a mapping of that name already. Choose another name.",
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


@blueprint.post(f"/files/{ID}/try")
def try_file(key: int) -> str:
    """What an import would do, without doing it."""
    line, content = _kept_file(key)
    mapping = request.form.get("mapping", "")
    with reading() as session:
        frame = read_frame(session)
        check_mapping(session, mapping)
    with lying(line.file_name, content) as path:
        order = ImportOrder(
            path, mapping, viewer().actor, frame.today, dry_run=True, file_name=line.file_name
        )
        refusal = None
        try:
            report = run_import(staff_database().engine, order, get_wiring().now)
            refusal = report.refusal
        except RuleError as error:
            refusal, report = str(error), None
    return render_template(
        "intake/tried.html",
        frame=frame,
        line=line,
        mapping=mapping,
        report=report,
        refusal=refusal,
        groups=[] if report is None else group_notices(report.notices),
        page=_map_page(frame, []),
    )


def _kept_file(key: int) -> tuple[IntakeLine, bytes]:
    with reading() as session:
        line = get_intake_file(session, key)
        return line, get_file(session, line.sha256).content


@blueprint.post(f"/files/{ID}/import")
def import_file(key: int) -> BaseResponse:
    """Import a file. The browser's code reads how far it is, line by line; without it the report is the answer."""
    line, content = _kept_file(key)
    mapping = request.form.get("mapping", "")
    with reading() as session:
        today = today_in(find_city(session))
        check_mapping(session, mapping)
    who, now, engine = viewer().actor, get_wiring().now, staff_database().engine
    said: queue.Queue[dict[str, Any]] = queue.Queue()

    def work() -> None:
        try:
            with lying(line.file_name, content) as path:
                order = ImportOrder(path, mapping, who, today, file_name=line.file_name)
                report = run_import(
                    engine,
                    order,
                    now,
                    lambda what, done, of: said.put({"what": what, "done": done, "of": of}),
                )
            said.put({"run": report.run_id})
        except (RuleError, ImportRefusedError) as error:
            said.put({"refusal": str(error)})
        except Exception:
            said.put({"refusal": NOT_DONE})
            raise

    if request.headers.get("X-Part") == "1":
        thread = threading.Thread(target=work)
        thread.start()
        return Response(stream_with_context(_lines(said)), mimetype="application/x-ndjson")
    work()
    last: dict[str, Any] = {}
    while not said.empty():
        last = said.get()
    if "run" not in last:
        raise ImportRefusedError(last.get("refusal", ""))
    return redirect(url_for(".show_run", key=last["run"]), HTTPStatus.SEE_OTHER)


NOT_DONE = "导入没有完成,什么都没有改动 / the import did not finish; nothing was changed"


def _lines(said: queue.Queue[dict[str, Any]]) -> Iterator[str]:
    while True:
        one = said.get()
        if "run" in one:
            one["address"] = url_for(".show_run", key=one["run"])
        if "refusal" in one:
            zh, _, en = one["refusal"].partition(" / ")
            one["refusal"] = en if language() == "en" and en else zh
        yield json.dumps(one, ensure_ascii=False) + "\n"
        if "run" in one or "refusal" in one:
            return


@blueprint.get(f"/runs/{ID}")
def show_run(key: int) -> str:
    """The report of an import."""
    return _run(key, None)


def _run(key: int, refusal: str | None) -> str:
    with reading() as session:
        frame = read_frame(session)
        run, groups = get_run(session, key)
        waiting = bool(list_waiting(session)) if run.refusal is None else False
        who = actor_namer(session)
    return render_template(
        "intake/run.html",
        frame=frame,
        run=run,
        groups=groups,
        refusal=refusal,
        waiting=waiting,
        who=who,
        in_city=_in_city(frame),
    )


@blueprint.post(f"/runs/{ID}/undo")
def undo_run(key: int) -> BaseResponse | tuple[str, int]:
    """Undo an import as a whole."""
    try:
        with writing() as session:
            today = today_in(find_city(session))
            undo_import(session, key, today, viewer().actor, get_wiring().now())
    except ChangeRefusedError as error:
        return _run(key, told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_run", key=key), HTTPStatus.SEE_OTHER)


@blueprint.get("/places")
def show_places() -> str:
    """Works that say only in words where they are, with the places that these may mean."""
    return _places(None)


def _places(refusal: str | None) -> str:
    with reading() as session:
        frame = read_frame(session)
        waiting = list_waiting(session)
        codes = read_codes(session)
    return render_template(
        "intake/places.html",
        frame=frame,
        waiting=waiting,
        codes=codes,
        refusal=refusal,
        page=_map_page(frame, [one.shapes for one in waiting]),
    )


@blueprint.post(f"/places/{ID}")
def take_place(key: int) -> BaseResponse | tuple[str, int]:
    """Confirm where a work is."""
    form = request.form
    given = (read_number(one) for one in form.getlist("chosen"))
    chosen = [one for one in given if one is not None]
    try:
        with writing() as session:
            today = today_in(find_city(session))
            confirm(session, key, chosen, form.get("words", ""), today)
    except ChangeRefusedError as error:
        return _places(told(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show_places"), HTTPStatus.SEE_OTHER)


def _download(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
