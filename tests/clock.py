"""The clock of everything that tests run: it stands still on a morning of the demo city's day."""

from __future__ import annotations

from datetime import UTC, date, datetime

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
"""A morning of `TODAY` in China."""
