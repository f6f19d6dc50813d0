"""Photos from strangers: what is kept of them, and what is refused in a sentence."""

from __future__ import annotations

import importlib
import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from geo.errors import ChangeRefusedError
from geo.photos import read_photo
from tests.ledgers import photo


def test_place_day_and_upright_points_are_kept_and_nothing_else() -> None:
    read = read_photo(photo(size=(800, 400), orientation=8), "IMG_1.jpg")
    assert (read.width, read.height) == (400, 800)
    assert (read.longitude, read.latitude) == pytest.approx((116.301, 37.451), abs=1e-6)
    assert str(read.taken_on) == "2026-11-22"
    with Image.open(BytesIO(read.content)) as kept:
        assert kept.format == "JPEG"
        assert not kept.getexif()
        assert kept.size == (400, 800)
    assert b"TELLTALE" not in read.content + read.thumbnail


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_formats_become_jpeg(form: str) -> None:
    read = read_photo(photo(form=form, place=None), "a")
    assert read.content.startswith(b"\xff\xd8")
    assert read.longitude is None


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空文件"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是照片"),
        (b"GIF89a" + bytes(100), "不是照片"),
        (b"%PDF-1.4", "不是照片"),
        (b"PK\x03\x04", "不是照片"),
        (bomb(60_000, 60_000), "尺寸过大"),
        (bomb(9_000, 9_000), "损坏"),
        (photo()[:2_000], "损坏"),
        (bytes(25_000_001), "25 MB"),
    ],
    ids=["empty", "svg", "gif", "pdf", "zip", "bomb", "lying size", "cut off", "too large"],
)
def test_what_is_no_whole_photo_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ChangeRefusedError) as refused:
        read_photo(content, "坏.jpg")
    assert sentence in refused.value.zh
    assert "坏.jpg" in refused.value.en


def test_half_a_photo_is_refused_also_after_a_sheet_was_printed() -> None:
    importlib.import_module("weasyprint")
    with pytest.raises(ChangeRefusedError) as refused:
        read_photo(photo()[:2_000], "坏.jpg")
    assert "损坏" in refused.value.zh


def test_a_second_file_behind_the_picture_is_left_out() -> None:
    read = read_photo(photo() + b"<script>alert(1)</script>PK\x03\x04", "a.jpg")
    assert b"<script" not in read.content


def test_damaged_files_are_taken_or_refused_and_never_fail_otherwise() -> None:
    dice = random.Random(7)  # noqa: S311  the same damage each time
    whole = photo(size=(160, 120))
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        try:
            read_photo(bytes(damaged), "a.jpg")
        except ChangeRefusedError as refused:
            assert refused.zh  # noqa: PT017  either outcome is right


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"hevc"])
def test_a_heic_photo_is_refused_with_what_to_do(brand: bytes) -> None:
    content = b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00mif1heic" + b"\x00" * 400
    with pytest.raises(ChangeRefusedError) as refused:
        read_photo(content, "IMG_0001.HEIC")
    assert refused.value.zh.startswith("“IMG_0001.HEIC”是HEIC格式")
    assert "兼容性最佳" in refused.value.zh
    assert "Most Compatible" in refused.value.en
