"""Thousands of malformed and hostile files: each is refused with a sentence or read, and nothing else happens.

20,000 in `./test nightly`, some hundred otherwise; most in forks of the importers' child (see `tests/forked.py`), some
through the very path of an import, one started child for each.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from geo.errors import ImportRefusedError
from geo.importers import sources
from geo.importers.mapping import read_mapped
from geo.importers.mapping_file import load_mapping
from tests.forked import Forks
from tests.hostile import FORMATS, VRT, Hostile, make_hostile, sample
from tests.importing import context_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo.importers.mapping_file import Mapping

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TOKEN = "canary-5f0c1b"  # noqa: S105
SECONDS, MEGABYTES = 20.0, 1_500.0
MAPPINGS = {
    "kml": ("from = 'feature'\ncrs = 'EPSG:4326'", "{Name}"),
    "dxf": ("from = 'feature'\ncrs = 'EPSG:4548'", "{Layer}"),
    "csv": ("from = 'xy'\nx = 'lon'\ny = 'lat'\ncrs = 'EPSG:4326'", "{code}"),
    "workbook": ("from = 'xy'\nx = 'lon'\ny = 'lat'\ncrs = 'EPSG:4326'", "{code}"),
}


class Canary:
    """A socket that nothing may ever connect to, and a file that nothing may ever read."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "secret.csv"
        self.file.write_text(f"a,b\n{TOKEN},1\n", encoding="utf-8")
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/x.geojson"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    """A fresh one."""
    made = Canary(tmp_path)
    yield made
    made.close()


@pytest.fixture
def forks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forks]:
    """Children that are forked."""
    made = Forks(tmp_path / "forks")
    made.folder.mkdir()
    monkeypatch.setattr(sources, "_said", made.said)
    yield made
    made.close()


def mappings(folder: Path) -> dict[str, Mapping]:
    """A mapping for each format."""
    found = {}
    for form in FORMATS:
        shape, code = MAPPINGS.get(form, ("from = 'feature'\ncrs = 'EPSG:4326'", "{code}"))
        path = folder / f"{form}.toml"
        path.write_text(
            f"[file]\nformat = '{form}'\n[shape]\n{shape}\n[[record]]\nkind = 'event'\n"
            f"[record.fields]\ncode = '{code}'",
            encoding="utf-8",
        )
        found[form] = load_mapping(path)
    return found


def outcome_of(made: Hostile, path: Path, mapping: Mapping) -> str:
    """`refused` or `read`; whatever else happens is a failure."""
    path.write_bytes(made.content)
    said = ""
    try:
        reading = read_mapped(path, mapping, context_of())
    except ImportRefusedError as refusal:
        said = str(refusal)
    if said:
        zh, _, en = said.partition(" / ")
        assert CHINESE.search(zh), said
        assert en, said
        return "refused"
    west, south, east, north = context_of().bbox
    for zone in reading.batch.zones:
        for part in zone.parts:
            assert part.shape.is_valid
            assert np.isfinite(shapely.get_coordinates(part.shape)).all()
            x0, y0, x1, y1 = part.shape.bounds
            assert west <= x0 <= x1 <= east
            assert south <= y0 <= y1 <= north
    assert all(notice.message_zh and notice.message_en for notice in reading.notices)
    return "read"


def run_through(
    count: int, seed: int, folder: Path, canary: Canary, forks: Forks | None
) -> Counter[tuple[str, str]]:
    """So many files, one after the other; the outcomes by format."""
    known = mappings(folder)
    outcomes: Counter[tuple[str, str]] = Counter()
    before = sorted(os.listdir("/tmp"))  # noqa: PTH208, S108
    for number in range(count):
        there = (canary.address, str(canary.file))[number % 2]
        made = make_hostile(number, seed, there)
        path = folder / f"file{made.suffix}"
        begun = time.monotonic()
        try:
            outcomes[made.form, outcome_of(made, path, known[made.form])] += 1
        except BaseException as error:
            kept = folder / f"failed-{number}{made.suffix}"
            shutil.copy(path, kept)
            error.add_note(f"file {number} of seed {seed} ({made.form}, {made.how}): {kept}")
            raise
        if forks is not None:
            spent = forks.spent[-1]
            assert spent.cpu_s <= SECONDS + 1, (number, made.how)
            assert spent.memory_mb <= MEGABYTES, (number, made.how)
            assert TOKEN.encode() not in forks.last_said, (number, made.how)
            own_s = time.monotonic() - begun - spent.cpu_s
            assert own_s < 10 * SECONDS, (number, made.how, own_s)
    assert canary.visits == 0
    evil = [name for name in os.listdir("/tmp") if "evil" in name and name not in before]  # noqa: PTH208, S108
    assert evil == []
    return outcomes


def looked_hard(outcomes: Counter[tuple[str, str]]) -> None:
    """A test of files that are all refused, or all read, would show nothing."""
    for form in FORMATS:
        assert outcomes[form, "refused"] > 0, form
        assert outcomes[form, "read"] > 0, form


def test_hundreds_of_hostile_files_are_refused_or_read_and_do_nothing(
    tmp_path: Path, canary: Canary, forks: Forks
) -> None:
    looked_hard(run_through(240, 1, tmp_path, canary, forks))


def test_hostile_files_through_the_very_path_of_an_import(tmp_path: Path, canary: Canary) -> None:
    run_through(24, 2, tmp_path, canary, None)


@pytest.mark.nightly
def test_twenty_thousand_hostile_files_are_refused_or_read_and_do_nothing(
    tmp_path: Path, canary: Canary, forks: Forks
) -> None:
    outcomes = run_through(20_000, 3, tmp_path, canary, forks)
    looked_hard(outcomes)
    print(f"\n{dict(outcomes)}")  # noqa: T201  figures
    print(f"most processor time {max(each.cpu_s for each in forks.spent):.1f} s")  # noqa: T201  figures
    print(f"most memory {max(each.memory_mb for each in forks.spent):.0f} MB")  # noqa: T201  figures
    print(f"ended at a limit {sum(each.ended for each in forks.spent)}")  # noqa: T201  figures


@pytest.mark.nightly
def test_hundreds_of_hostile_files_through_the_very_path_of_an_import(
    tmp_path: Path, canary: Canary
) -> None:
    looked_hard(run_through(600, 4, tmp_path, canary, None))


def test_the_samples_themselves_are_read(tmp_path: Path, canary: Canary, forks: Forks) -> None:
    for form, mapping in mappings(tmp_path).items():
        made = Hostile(form, sources_suffix(form), sample(form), "nothing")
        assert outcome_of(made, tmp_path / f"a{made.suffix}", mapping) == "read", form
    assert len(forks.spent) == len(FORMATS)
    assert canary.visits == 0


def sources_suffix(form: str) -> str:
    return make_hostile(FORMATS.index(form), 0, "").suffix


# ------------------------------------------------------------------ controls that must fail

OPEN = """
import json, pyogrio, sys
from pyogrio import raw
try:
    meta, _, shapes, columns = raw.read(sys.argv[1])
    print(json.dumps([column.tolist() for column in columns], default=str))
except Exception as error:
    print(error)
"""


def read_with_every_driver(path: Path) -> str:
    """What GDAL gives for a file when nobody has switched drivers off and nobody has taken the network away."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", OPEN, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PATH": os.defpath, "GDAL_HTTP_TIMEOUT": "5", "NO_PROXY": "*"},
    )
    return done.stdout


def test_control_with_every_driver_open_the_secret_is_read(
    tmp_path: Path, canary: Canary, forks: Forks
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{canary.file}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    assert TOKEN in read_with_every_driver(path), "else the watch over the secret sees nothing"
    for form in sources.DRIVERS:
        with pytest.raises(ImportRefusedError):
            sources.read_layers(path, form)
        assert TOKEN.encode() not in forks.last_said


@pytest.mark.usefixtures("forks")
def test_control_with_every_driver_open_the_socket_is_visited(
    tmp_path: Path, canary: Canary
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(VRT.format(there=f"/vsicurl/{canary.address}"), encoding="utf-8")
    read_with_every_driver(path)
    visits = canary.visits
    assert visits > 0, "else the watch over the network sees nothing"
    for form in sources.DRIVERS:
        with pytest.raises(ImportRefusedError):
            sources.read_layers(path, form)
    assert canary.visits == visits


def test_control_a_fork_that_wants_more_than_its_share_is_ended(
    tmp_path: Path, forks: Forks
) -> None:
    """The limits bite: what would take two gigabytes is refused."""
    (tmp_path / "a.json").write_text("[" + "[0]," * 24_000_000 + "0]", encoding="utf-8")
    with pytest.raises(ImportRefusedError, match="内存"):
        sources.read_layers(tmp_path / "a.json", "json")
    assert forks.spent[-1].memory_mb <= MEGABYTES


def test_a_real_child_reaches_no_network(canary: Canary) -> None:
    """Where the system allows it the child has no network at all, whatever it runs."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from geo.importers import child;"
        "child.leave_network(); import socket; socket.create_connection(('127.0.0.1', int(sys.argv[2])), 2)"
    )
    port = canary.address.split(":")[2].split("/")[0]
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(sources._ROOT), port],  # noqa: SLF001  where the program lies
        capture_output=True,
        check=False,
        timeout=60,
    )
    if done.returncode == 0:
        pytest.skip("this system lets nobody leave the network")
    assert b"unreachable" in done.stderr
    assert canary.visits == 0
