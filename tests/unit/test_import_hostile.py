"""Files made to do harm: each is refused with a sentence, and nothing else happens."""

from __future__ import annotations

import json
import os
import stat
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from geo.errors import ImportRefusedError
from geo.importers import child, sources
from geo.importers.archives import MAX_ENTRIES, checked_zip, unpack_shapefile
from geo.importers.ledger import read_ledger
from geo.importers.mapping import read_mapped
from geo.importers.mapping_file import load_mapping
from geo.importers.sources import Layer, read_grids, read_layers
from tests.importing import context_of, save_workbook
from tests.realdata import real_file

if TYPE_CHECKING:
    from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
VRT = """<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>
<GeometryType>wkbPoint</GeometryType></OGRVRTLayer></OGRVRTDataSource>"""


def read_layer(path: Path, form: str) -> Layer:
    """The one layer of a file."""
    return read_layers(path, form)[0]


def workbook_with_sheet(path: Path, sheet_xml: bytes) -> Path:
    """A workbook whose first sheet is replaced by this XML."""
    plain = save_workbook(path / "plain.xlsx", {"项目": [["项目编号", "项目名称"]]})
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path / "made.xlsx", "w") as target:
        for entry in source.infolist():
            content = sheet_xml if entry.filename == SHEET else source.read(entry)
            target.writestr(entry.filename, content, zipfile.ZIP_DEFLATED)
    return path / "made.xlsx"


def sheet_of(cells: str) -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{namespace}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def refused(path: Path) -> str:
    """The sentence with which a ledger is refused."""
    with pytest.raises(ImportRefusedError) as refusal:
        read_ledger(path, context_of())
    return str(refusal.value)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = workbook_with_sheet(tmp_path, b" " * 250_000_000)
    assert path.stat().st_size < 1_000_000
    assert "解压后过大" in refused(path)


def test_a_sheet_that_claims_a_billion_cells_ends_at_the_limit_of_memory(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row>'
    cells += '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    words = refused(workbook_with_sheet(tmp_path, sheet_of(cells)))
    assert "过大" in words


def test_a_sheet_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    cells = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c r="A900000"><v>1</v></c></row>'
    )
    assert "过大" in refused(workbook_with_sheet(tmp_path, sheet_of(cells)))


def test_entities_of_a_sheet_are_not_blown_up(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    laughs += b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(8))
    laughs += b"]>" + sheet_of('<row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row>')
    assert refused(workbook_with_sheet(tmp_path, laughs))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x03\x04" + b"x" * 500, b"\x00" * 99])
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".zip", ".shp", ".csv", ".json"])
def test_a_broken_file_of_any_name_is_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    as_layer = suffix in {".zip", ".shp", ".json"}
    with pytest.raises(ImportRefusedError):
        _ = (
            read_layer(path, sources.format_of(path))
            if as_layer
            else read_ledger(path, context_of())
        )


def test_a_kind_of_file_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.exe"
    path.write_bytes(b"MZ")
    assert "不支持的文件类型" in refused(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for name in ("pipe.json", "none.json", "."):
        with pytest.raises(ImportRefusedError, match="没有这个文件"):
            read_layer(tmp_path / name, "json")


def test_an_index_of_other_files_under_a_false_name_opens_none_of_them(tmp_path: Path) -> None:
    for name, form in (("a.geojson", "json"), ("a.shp", "shapefile")):
        (tmp_path / name).write_text(VRT, encoding="utf-8")
        with pytest.raises(ImportRefusedError):
            read_layer(tmp_path / name, form)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "JSON|嵌套过深|无法读取"),
        ('{"type": "FeatureCollection", "features": ' + "[" * 100_000, "JSON|嵌套过深|无法读取"),
        ('[{"a": NaN}]', "NaN"),
        ('[{"a": 1e999}]', "无法读取"),
        ('{"a": 1}', "应为对象数组"),
        ('"text"', "应为对象数组"),
        ("[1, 2", "不是有效的 JSON"),
    ],
)
def test_json_that_is_none_is_refused_in_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(ImportRefusedError, match=words):
        read_layer(tmp_path / "a.json", "json")


def test_a_cell_of_a_million_letters_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" + "x" * 1_100_000 + ",1\n", encoding="utf-8")
    with pytest.raises(ImportRefusedError):
        list(read_grids(tmp_path / "a.csv", "csv"))


def test_a_row_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("," * 600 + "\n", encoding="utf-8")
    with pytest.raises(ImportRefusedError, match="512"):
        list(read_grids(tmp_path / "a.csv", "csv"))


def make_zip(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return path


def opens(path: Path) -> str:
    with pytest.raises(ImportRefusedError) as refusal, checked_zip(path):
        pass
    return str(refusal.value)


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "c:\\a", "C:/a"])
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    assert "不安全" in opens(make_zip(tmp_path / "a.zip", name))


def test_too_many_files_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    many = make_zip(tmp_path / "a.zip", *(f"f{n}" for n in range(MAX_ENTRIES + 1)))
    assert "最多 100 个" in opens(many)
    assert "重名" in opens(make_zip(tmp_path / "b.zip", "a.SHP", "a.shp"))


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "链接" in opens(tmp_path / "a.zip")


def test_other_compressions_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", b"x" * 100)
    assert "压缩方式" in opens(tmp_path / "a.zip")


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", os.urandom(5_000))
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.index(signature) + offset
        content[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(content)
    assert "损坏" in opens(path)


def test_a_zip_holds_one_shapefile(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="应有一个 Shapefile,实有 2 个"):
        unpack_shapefile(make_zip(tmp_path / "a.zip", "a.shp", "b.shp"), tmp_path)
    with pytest.raises(ImportRefusedError, match="实有 0 个"):
        unpack_shapefile(make_zip(tmp_path / "b.zip", "a.txt"), tmp_path)


@pytest.mark.parametrize("with_cpg", [True, False])
def test_a_zipped_shapefile_is_read_even_without_word_of_its_encoding(
    tmp_path: Path, with_cpg: bool
) -> None:
    folder = real_file("dezhou", "dezhou_gbk_4548")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(folder.iterdir()):
            if with_cpg or each.suffix != ".cpg":
                archive.write(each, f"区县/{each.name}")
    layer = read_layer(tmp_path / "a.zip", "shapefile")
    assert layer.crs == "EPSG:4548"
    assert [values and values["名称"] for values, _ in layer.rows][:2] == ["德城区", "陵城区"]
    assert layer.encoding == (None if with_cpg else "gb18030")


def test_nothing_of_ours_reaches_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANTU_DATABASE_URL", "postgresql://secret")
    environment = sources._environment("shapefile")  # noqa: SLF001  what the child gets
    assert "secret" not in json.dumps(environment)
    skipped = environment["GDAL_SKIP"].split(",")
    assert "ESRI Shapefile" not in skipped
    assert {"OGR_VRT", "CSV", "GeoJSON", "DXF"} <= set(skipped)
    assert environment["GDAL_DRIVER_PATH"] == "disable"
    assert "GDAL_SKIP" not in sources._environment("json")  # noqa: SLF001


def test_binary_shapes_are_taken_from_our_own_child_only(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        "[shape]\nfrom = 'feature'\n[[record]]\nkind = 'event'\n[record.fields]\ncode = '{id}'",
        encoding="utf-8",
    )
    point = {"wkb": "0101000000000000000000005D400000000000804240"}
    feature = {"type": "Feature", "properties": {"id": "A"}, "geometry": point}
    (tmp_path / "a.json").write_text(json.dumps(feature), encoding="utf-8")
    reading = read_mapped(tmp_path / "a.json", load_mapping(tmp_path / "m.toml"), context_of())
    assert reading.batch.zones == []
    assert "未知的图形类型" in reading.notices[0].message_zh


def test_a_child_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.json").write_text("[]", encoding="utf-8")
    monkeypatch.setattr(sources, "_START", "import time; time.sleep(600)")
    monkeypatch.setattr(sources, "WALL_SECONDS", 0.2)
    with pytest.raises(ImportRefusedError, match="限定的时间"):
        read_layer(tmp_path / "a.json", "json")


@pytest.mark.parametrize(
    "said",
    [
        "print('nonsense')",
        "print('[]')",
        "print('{}')",
        "print('{\"rows\": [[1]]}')",
        "print('{\"table\": 1}')",
        "import sys; sys.stdout.write('{')",
        "raise SystemExit(3)",
    ],
)
def test_a_child_gone_wrong_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    (tmp_path / "a.json").write_text("[]", encoding="utf-8")
    monkeypatch.setattr(sources, "_START", said)
    for reader in (read_layer, lambda path, form: list(read_grids(path, form))):
        with pytest.raises(ImportRefusedError):
            reader(tmp_path / "a.json", "json")


def test_the_limits_of_the_child_are_those_of_the_rules() -> None:
    assert child.MEMORY_BYTES <= 1_500_000_000
    assert child.CPU_SECONDS <= 20
    assert child.WRITTEN_BYTES <= 200_000_000
    assert child.OPEN_FILES <= 64
