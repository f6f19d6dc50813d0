"""Zip files from strangers: what must hold before anything in one is unpacked or parsed."""

from __future__ import annotations

import stat
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from geo.importers.problems import refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_ENTRIES = 100
MAX_BYTES = 200_000_000
MAX_RATIO = 50
_SMALL = 1_000_000
"""Entries below this size may compress as well as they like."""
_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@contextmanager
def checked_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip that is neither a bomb nor a trap; raises `ImportRefusedError` saying what is wrong with it."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive.infolist())
            _count_bytes(archive)
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        zh, en = "文件已损坏,无法解压", "the file is damaged and cannot be unpacked"
        raise refused(zh, en) from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        zh = f"压缩包内有 {len(entries)} 个文件,最多 {MAX_ENTRIES} 个"
        en = f"the archive holds {len(entries)} files; at most {MAX_ENTRIES} are taken"
        raise refused(zh, en)
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) != len(names):
        zh, en = "压缩包内有重名文件", "the archive holds two files of one name"
        raise refused(zh, en)
    for entry in entries:
        _check_entry(entry)
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_BYTES or (unpacked > _SMALL and unpacked > MAX_RATIO * packed):
        raise _too_large()


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = PurePosixPath(name).parts
    if (
        name.startswith("/")
        or "\\" in name
        or "\0" in name
        or ".." in parts
        or (parts and parts[0].endswith(":"))
    ):
        zh, en = (
            f"压缩包内的文件名“{name}”不安全",
            f"the archive holds an unsafe file name “{name}”",
        )
        raise refused(zh, en)
    if stat.S_ISLNK(entry.external_attr >> 16):
        zh, en = f"压缩包内的“{name}”是链接", f"“{name}” in the archive is a link"
        raise refused(zh, en)
    if entry.flag_bits & _ENCRYPTED:
        zh, en = "压缩包已加密,请去掉密码", "the archive is encrypted; remove its password"
        raise refused(zh, en)
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        zh, en = "压缩方式不支持,请用普通 zip", "unsupported compression; use a plain zip"
        raise refused(zh, en)
    if entry.file_size > _SMALL and entry.file_size > MAX_RATIO * entry.compress_size:
        raise _too_large()


def _count_bytes(archive: zipfile.ZipFile) -> None:
    """Unpack everything once into nothing: sizes and checksums must be what the entries say."""
    total = 0
    for entry in archive.infolist():
        with archive.open(entry) as unpacked:
            while chunk := unpacked.read(_CHUNK):
                total += len(chunk)
                if total > MAX_BYTES:
                    raise _too_large()


def _too_large() -> Exception:
    return refused(
        f"解压后过大(最多 {MAX_BYTES // 1_000_000} MB,压缩比最多 {MAX_RATIO})",
        f"too large when unpacked (at most {MAX_BYTES // 1_000_000} MB and {MAX_RATIO} to 1)",
    )


def unpack_shapefile(path: Path, into: Path) -> Path:
    """Unpack the one Shapefile of a zip under plain names into the directory `into`; the path of its .shp."""
    with checked_zip(path) as archive:
        by_suffix: dict[str, list[str]] = {}
        for name in archive.namelist():
            by_suffix.setdefault(PurePosixPath(name).suffix.casefold(), []).append(name)
        shapes = by_suffix.get(".shp", [])
        if len(shapes) != 1:
            zh = f"压缩包内应有一个 Shapefile,实有 {len(shapes)} 个"
            en = f"the archive should hold one Shapefile, not {len(shapes)}"
            raise refused(zh, en)
        stem = PurePosixPath(shapes[0]).with_suffix("")
        for suffix in _SHAPEFILE:
            for name in by_suffix.get(suffix, []):
                if PurePosixPath(name).with_suffix("") == stem:
                    (into / f"shapes{suffix}").write_bytes(archive.read(name))
    return into / "shapes.shp"


def unpack_kml(path: Path, into: Path) -> Path:
    """Unpack the one KML document of a KMZ into the directory `into`; pictures and other files in it are left."""
    with checked_zip(path) as archive:
        names = [name for name in archive.namelist() if name.casefold().endswith(".kml")]
        if len(names) != 1:
            zh = f"KMZ 内应有一个 KML,实有 {len(names)} 个"
            en = f"a KMZ should hold one KML, not {len(names)}"
            raise refused(zh, en)
        (into / "doc.kml").write_bytes(archive.read(names[0]))
    return into / "doc.kml"
