"""Files that the city's tests read but do not contain: real open data kept beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"


def real_file(*parts: str) -> Path:
    """The path of a real file. Where it is missing the test fails in CI and is skipped elsewhere, saying so."""
    path = REAL.joinpath(*parts)
    if not path.exists():
        message = f"real data missing: {'/'.join(parts)}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


def real_files(folder: str, suffix: str) -> list[Path]:
    """All real files of a folder with a suffix, for tests with a case for each; none when they are missing."""
    return sorted((REAL / folder).rglob(f"*{suffix}"))
