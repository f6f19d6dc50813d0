"""Errors of the city: one class for each cause. `app.errors` maps each of them to an HTTP status."""

from __future__ import annotations


class JiantuError(Exception):
    """Base of every error that a person can be told about; its text is a plain sentence."""


class NotFoundError(JiantuError):
    """Nothing with that key exists (or the asker may not see it; both look the same)."""


class RuleError(JiantuError):
    """A rules or city file says something that cannot hold."""


class DatabaseSetupError(JiantuError):
    """The database cannot be made, started or used; the text says what to do."""


class ImportRefusedError(JiantuError):
    """A file is wrong as a whole; nothing was changed."""


class ChangeError(JiantuError):
    """A change that a person asked for was not made; nothing was changed. It says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


class ChangeRefusedError(ChangeError):
    """The change cannot be made."""


class ChangeConflictError(ChangeError):
    """Somebody else has changed the record since it was read; nothing was overwritten."""


class VersionMissingError(JiantuError):
    """An edit did not say which version it saw; nothing was changed."""
