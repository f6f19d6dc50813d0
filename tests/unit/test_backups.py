"""Which backup leads to a moment, also after the database was restored before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.database.backups import BaseBackup, archiving, choose_base
from geo.errors import DatabaseSetupError

ALL = 1 << 64


def base(hour: int, timeline: int = 1, end: int | None = None) -> BaseBackup:
    done = datetime(2026, 11, 25, hour, tzinfo=UTC)
    return BaseBackup(Path(f"base-{hour}"), done, timeline, end or hour * 100, "0" * 24)


def at(hour: int, minute: int = 30) -> datetime:
    return datetime(2026, 11, 25, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "chosen"), [(at(8), 8), (at(9, 0), 9), (at(23), 10), (None, 10), (at(9), 9)]
)
def test_the_newest_backup_before_the_moment_is_taken(until: datetime | None, chosen: int) -> None:
    assert choose_base([base(8), base(9), base(10)], until, {}) == base(chosen)


def test_without_a_backup_before_the_moment_it_is_said() -> None:
    with pytest.raises(DatabaseSetupError, match="no backup is from before that moment"):
        choose_base([base(8)], at(7), {})


@pytest.mark.parametrize(
    ("until", "chosen"),
    [
        (
            at(12),
            8,
        ),  # 9 and 10 were made after the database was brought back to what it was at 8:50
        (at(14), 13),
        (None, 13),
    ],
)
def test_a_backup_of_what_was_given_up_by_restoring_leads_nowhere(
    until: datetime | None, chosen: int
) -> None:
    bases = [base(8), base(9), base(10), base(13, timeline=2, end=870)]
    assert choose_base(bases, until, {1: 850, 2: ALL}).done_at.hour == chosen


def test_a_folder_with_odd_letters_is_one_word_to_the_shell_and_none_to_the_server() -> None:
    command = archiving(Path("/mnt/备份 100% 's"))["archive_command"]
    assert command.startswith("f='/mnt/备份 100%% '\"'\"'s/wal'/%f.gz;")
