"""Answers that took work to make, kept in this process under their tags until others push them out."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class KeptAnswers:
    """The answers asked for last, at most so many bytes together.

    A tag names its bytes for ever (scope of the asker, layer, language, revision), so nothing kept is ever out of date;
    what nobody asks for any more is forgotten first.
    """

    def __init__(self, most_bytes: int = 24_000_000) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, tag: str, make: Callable[[], str | bytes]) -> bytes:
        """What is kept under `tag`, else what `make` gives, which is kept then."""
        with self._lock:
            found = self._kept.get(tag)
            if found is not None:
                self._kept.move_to_end(tag)
                return found
        made = make()
        answer = made.encode() if isinstance(made, str) else made
        with self._lock:
            if tag not in self._kept and len(answer) <= self._most_bytes:
                self._kept[tag] = answer
                self._bytes += len(answer)
            while self._bytes > self._most_bytes:
                _, forgotten = self._kept.popitem(last=False)
                self._bytes -= len(forgotten)
        return answer
