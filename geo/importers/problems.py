"""The one way in which a parser says that a value cannot be taken."""

from __future__ import annotations

from geo.errors import ImportRefusedError, JiantuError


class ValueProblem(JiantuError):  # noqa: N818  not a failure of the program: a thing to tell the clerk
    """A value that cannot be taken, with the reason in both languages. Refuses a row, never a file."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


def refused(zh: str, en: str) -> ImportRefusedError:
    """The error that refuses a whole file, in both languages."""
    return ImportRefusedError(f"{zh} / {en}")
