"""A file tried and imported with its progress, the report that is kept, and an import undone."""

from __future__ import annotations

import json
import queue
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import (
    Response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)

from app.actors import actor_namer
from app.frame import read_frame, tell_browser
from app.languages import language, told
from app.pages.intake.desk import ID, blueprint, check_mapping, in_city, lying
from app.wiring import find_city, get_wiring, reading, staff_database, today_in, viewer, writing
from geo.changes.intake_desk import undo_import
from geo.errors import ChangeRefusedError, ImportRefusedError, RuleError
from geo.importers.place_desk import list_waiting
from geo.importers.run import ImportOrder, run_import
from geo.queries.files import get_file
from geo.queries.intake import get_intake_file, get_run, group_notices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Response as BaseResponse

    from geo.queries.intake import IntakeLine

NOT_DONE = "导入没有完成,什么都没有改动 / the import did not finish; nothing was changed"


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
        page=tell_browser(frame, shapes=[]),
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
        in_city=in_city(frame),
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
