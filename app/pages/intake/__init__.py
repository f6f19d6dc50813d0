"""Any file in the browser: looked at, mapped by pointing at columns, tried, imported, its report kept, undone."""

from __future__ import annotations

from app.pages.intake import files, opening, places, runs
from app.pages.intake.desk import blueprint

__all__ = ["blueprint", "files", "opening", "places", "runs"]
