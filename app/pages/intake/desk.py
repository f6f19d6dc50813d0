"""What all pages of importing share: the blueprint, what the asker may bring in, a kept file on disk."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Blueprint

from app.access import NotAllowedError
from app.formats import format_moment
from app.languages import language
from app.params import LARGEST_ID
from app.wiring import viewer
from geo.errors import NotFoundError, RuleError
from geo.importers.mapping_draft import OFFERED_KINDS
from geo.importers.run import LEDGER, find_any_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.form_pages import Session
    from app.frame import Frame

blueprint = Blueprint("intake", __name__, url_prefix="/intake")
ID = f"<int(max={LARGEST_ID}):key>"
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


def in_city(frame: Frame) -> Any:  # noqa: ANN401  a function for templates
    """How templates say a moment: in the city's time, to the minute."""
    zone = ZoneInfo(frame.city.time_zone)
    return lambda at: format_moment(
        at.astimezone(zone).replace(second=0, microsecond=0), language(), frame.today
    )
