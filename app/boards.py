"""The lamps of a day as pages and answers show them, made once for all who are shown the same until a lamp changes."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import current_app

from app.moments import asked_moment
from app.wiring import viewer
from geo.queries.lamps import get_lamp_board
from geo.queries.layers import layer_revision

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_KEPT = "jiantu-kept-boards"
_MOST = 8
"""Boards kept by a process: today's for the kinds of askers, and days that somebody steps through."""


class KeptBoards:
    """The boards asked for last, by all that they depend on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> dict[str, Any] | None:
        """What is kept under `key`."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, board: dict[str, Any]) -> None:
        """Keep a board; what nobody asked for longest is forgotten."""
        with self._lock:
            self._kept[key] = board
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)


def board_tag(session: Session, day: date, today: date) -> str:
    """What the lamps of `day` are known by: the day, today, and the revision of the lamps."""
    return f"lamps-{day}-{today}-{layer_revision(session, 'lamps')}"


def board_of(session: Session, day: date, today: date) -> dict[str, Any]:
    """The board of `day` (see `geo.queries.lamps.get_lamp_board`). It is shared: nobody may change it."""
    if asked_moment() is not None:
        return get_lamp_board(session, day, today)
    boards: KeptBoards = current_app.extensions.setdefault(_KEPT, KeptBoards())
    key = f"{viewer().scope}-{board_tag(session, day, today)}"
    board = boards.get(key)
    if board is None:
        board = get_lamp_board(session, day, today)
        boards.put(key, board)
    return board
