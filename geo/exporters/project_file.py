"""A project's whole file as one zip: its records and their history as JSON and CSV, its files, and a page to read."""

from __future__ import annotations

import csv
import json
from html import escape
from io import StringIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sqlalchemy import text

from geo.forms.labels import field_of, kind_words
from geo.queries.files import get_file
from geo.queries.history import Change, HistoryFilter, find_changes
from geo.queries.names import name_actor, read_names, read_people, show_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from geo.forms.field import Language

IN_MEMORY = 8_000_000
"""So many bytes of a zip are held in memory before it is written to disk."""
MOST_CHANGES = 20_000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula."""

PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:960px;margin:2em auto;
padding:0 1em}}
table{{border-collapse:collapse;width:100%;margin:0 0 2em}}td,th{{border:1px solid #bbb;padding:4px 8px;text-align:left;
vertical-align:top}}th{{font-weight:600;background:#f2f2f0}}h2{{margin-top:2em}}</style>
<h1>{title}</h1>
{body}
</html>
"""


def write_project_file(
    session: Session, project: Mapping[str, Any], language: Language
) -> IO[bytes]:
    """The zip of a project as the session may see it, at its beginning; the caller closes it."""
    changes = find_changes(session, HistoryFilter(project_id=project["id"], most=MOST_CHANGES))
    target: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  handed on to the caller
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        current = [change for change in changes if change.present]
        _write_records(archive, current)
        _write_history(archive, session, changes, language)
        attachments = _write_files(archive, session, project["id"])
        archive.writestr(
            "index.html", _page(session, project, current, changes, attachments, language)
        )
    target.seek(0)
    return target


def _write_records(archive: ZipFile, current: list[Change]) -> None:
    """Every record as it is now: one JSON document, and a CSV for each kind."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for change in current:
        row = dict(change.row)
        if change.shape:
            row["shape"] = json.loads(change.shape)
        by_kind.setdefault(change.kind, []).append(row)
    archive.writestr("records.json", json.dumps(by_kind, ensure_ascii=False, indent=1))
    for kind, rows in sorted(by_kind.items()):
        names = sorted({name for row in rows for name in row})
        lines = [[_cell(row.get(name)) for name in names] for row in rows]
        archive.writestr(f"records/{kind}.csv", _csv([names, *lines]))


def _write_history(
    archive: ZipFile, session: Session, changes: list[Change], language: Language
) -> None:
    people = read_people(session)
    archive.writestr(
        "history.json",
        json.dumps(
            [
                {
                    "kind": change.kind,
                    "id": change.id,
                    "version": change.version,
                    "op": change.op,
                    "at": change.at.isoformat(),
                    "actor": change.actor,
                    "who": name_actor(change.actor, people, language),
                    "row": change.row,
                    "shape": json.loads(change.shape) if change.shape else None,
                }
                for change in changes
            ],
            ensure_ascii=False,
            indent=1,
        ),
    )
    head = ["at", "who", "kind", "id", "version", "op", "field", "old", "new"]
    lines = [
        [
            change.at.isoformat(),
            name_actor(change.actor, people, language),
            kind_words(change.kind).of(language),
            str(change.id),
            str(change.version),
            change.op,
            difference.field.label.of(language),
            _cell(difference.old),
            _cell(difference.new),
        ]
        for change in changes
        for difference in change.differences
    ]
    archive.writestr("history.csv", _csv([head, *lines]))


def _write_files(archive: ZipFile, session: Session, project_id: int) -> list[tuple[str, str]]:
    """The attachments' bytes, and where each lies: its path in the zip and what its sender called it."""
    found = session.execute(
        text(
            "select id, file_name, media_type, sha256 from jiantu.attachment"
            " where project_id = :project order by id"
        ),
        {"project": project_id},
    ).all()
    written = []
    for row in found:
        ending = {"image/jpeg": "jpg", "application/pdf": "pdf"}.get(row.media_type, "bin")
        path = f"files/{row.id}.{ending}"
        archive.writestr(path, get_file(session, row.sha256).content, ZIP_STORED)
        written.append((path, row.file_name))
    return written


def _page(  # noqa: PLR0913, PLR0917  what the page tells
    session: Session,
    project: Mapping[str, Any],
    current: list[Change],
    changes: list[Change],
    attachments: list[tuple[str, str]],
    language: Language,
) -> str:
    """The page to read: what is, then what was changed."""
    names = read_names(session, language)
    people = read_people(session)
    english = language == "en"
    parts = []
    for kind in dict.fromkeys(change.kind for change in current):
        rows = [change.row for change in current if change.kind == kind]
        columns = [
            name for name in rows[0] if any(row.get(name) not in (None, [], False) for row in rows)
        ]
        fields = [(name, field_of(kind, name)) for name in columns]
        fields = [(name, field) for name, field in fields if field.label.en != name]
        head = "".join(f"<th>{escape(field.label.of(language))}</th>" for _, field in fields)
        body = "".join(
            "<tr>"
            + "".join(
                f"<td>{escape(show_value(field, row.get(name), names, language, people))}</td>"
                for name, field in fields
            )
            + "</tr>"
            for row in rows
        )
        title = escape(kind_words(kind).of(language))
        parts.append(f"<h2>{title}</h2><table><tr>{head}</tr>{body}</table>")
    if attachments:
        items = "".join(
            f'<li><a href="{escape(path)}">{escape(name)}</a></li>' for path, name in attachments
        )
        parts.append(f"<h2>{'Files' if english else '附件'}</h2><ul>{items}</ul>")
    lines = "".join(
        f"<tr><td>{change.at:%Y-%m-%d %H:%M}</td>"
        f"<td>{escape(name_actor(change.actor, people, language))}</td>"
        f"<td>{escape(kind_words(change.kind).of(language))}</td>"
        f"<td>{escape(difference.field.label.of(language))}</td>"
        f"<td>{escape(show_value(difference.field, difference.old, names, language, people))}</td>"
        f"<td>{escape(show_value(difference.field, difference.new, names, language, people))}</td></tr>"
        for change in changes
        for difference in change.differences
    )
    heads = (
        ("When (UTC)", "Who", "Record", "Field", "Old", "New")
        if english
        else ("时间(UTC)", "修改人", "记录", "项目", "原值", "新值")
    )
    head = "".join(f"<th>{words}</th>" for words in heads)
    title = "History" if english else "修改历史"
    parts.append(f"<h2>{title}</h2><table><tr>{head}</tr>{lines}</table>")
    return PAGE.format(
        language="en" if english else "zh-CN",
        title=escape(f"{project['code']} {project['name']}"),
        body="\n".join(parts),
    )


def _cell(value: Any) -> str:  # noqa: ANN401  any column's value
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _csv(lines: list[list[str]]) -> bytes:
    """CSV that a spreadsheet opens as UTF-8; text that looks like a formula stays text."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    for line in lines:
        writer.writerow([f"'{cell}" if cell.startswith(DANGEROUS) else cell for cell in line])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()
