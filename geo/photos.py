"""Reading a photo that a person sends: looked at by content, its place and day read, everything else stripped.

What comes out is a JPEG drawn anew from the picture's points, upright, at most 2,000 points wide or high, and a small
one beside it. Nothing of the file itself is kept, so that neither hidden data nor a second file inside it survives.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from geo.errors import ChangeRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_BYTES = 25_000_000
MOST_POINTS = 100_000_000
"""Pictures with more points are not even opened: a small file can claim any size."""
LONGEST_SIDE = 2_000
THUMBNAIL_SIDE = 400
MEDIA_TYPE = "image/jpeg"
PUBLIC_TYPES = ("image/jpeg", "image/png", "image/webp")
"""What may be shown to everybody."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85
_EARLIEST_YEAR = 1990

_GPS, _EXIF = 0x8825, 0x8769
_TAKEN, _CHANGED = 0x9003, 0x0132

EMPTY = ("照片“{}”是空文件,请重新选择。", "The photo “{}” is empty. Choose it again.")
TOO_LARGE = (
    "照片“{}”超过25 MB,请压缩后再传。",
    "The photo “{}” is larger than 25 MB. Make it smaller.",
)
TOO_MANY_POINTS = (
    "照片“{}”尺寸过大(超过1亿像素),请缩小后再传。",
    "The photo “{}” has more than 100 million points. Make it smaller.",
)
NO_PHOTO = (
    "“{}”不是照片,只接受JPEG、PNG和WebP格式。",
    "“{}” is no photo. JPEG, PNG and WebP are taken.",
)
HEIC = (
    (
        "“{}”是HEIC格式(苹果手机的默认格式),暂不能接收。请从相册选取(手机会自动转为JPEG),"
        "或在“设置—相机—格式”中选“兼容性最佳”后重拍。"
    ),
    (
        "“{}” is a HEIC photo, which is not taken. Choose it from the phone's photo library (it then becomes JPEG"
        " by itself), or set Settings, Camera, Formats to “Most Compatible” and take it again."
    ),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""Of the box `ftyp` with which such files begin (ISO/IEC 23008-12)."""
BROKEN = (
    "照片“{}”已损坏或不完整,请重新拍摄或选择。",
    "The photo “{}” is damaged or incomplete. Take it or choose it again.",
)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is kept: JPEG bytes without metadata, a small one, and what the camera said of place and day."""

    file_name: str
    content: bytes
    thumbnail: bytes
    width: int
    height: int
    taken_on: date | None = None
    longitude: float | None = None
    latitude: float | None = None


def read_photo(content: bytes, file_name: str) -> Photo:
    """The photo in `content`; `file_name` is what the sender called it. Raises ChangeRefusedError with the reason.

    The position is WGS84 longitude and latitude, as cameras write it.
    """
    name = file_name[-60:]
    if not content:
        raise _refused(EMPTY, name)
    if len(content) > LARGEST_BYTES:
        raise _refused(TOO_LARGE, name)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        raise _refused(HEIC, name)
    try:
        with warnings.catch_warnings():
            # Of large pictures: refused below. Of odd metadata: not kept anyway.
            warnings.simplefilter("ignore")
            # WeasyPrint, once loaded, has Pillow take half a picture for a whole one, in the whole program.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            with Image.open(BytesIO(content), formats=_FORMATS) as picture:
                _check_size(picture, name)
                taken_on, place = _read_exif(picture)
                if picture.format == "JPEG":
                    picture.draft(
                        "RGB", (LONGEST_SIDE, LONGEST_SIDE)
                    )  # decodes no more than needed
                return _keep(picture, file_name, taken_on, place)
    except ChangeRefusedError:
        raise
    except UnidentifiedImageError:
        raise _refused(NO_PHOTO, name) from None
    except Image.DecompressionBombError:
        raise _refused(TOO_MANY_POINTS, name) from None
    except Exception as error:  # a decoder may fail in any way on a file made to make it fail
        raise _refused(BROKEN, name) from error


def _check_size(picture: Image.Image, name: str) -> None:
    if picture.size[0] * picture.size[1] > MOST_POINTS:
        raise _refused(TOO_MANY_POINTS, name)


def _refused(words: tuple[str, str], name: str) -> ChangeRefusedError:
    return ChangeRefusedError(*(sentence.format(name) for sentence in words))


def _keep(
    picture: Image.Image,
    file_name: str,
    taken_on: date | None,
    place: tuple[float, float] | None,
) -> Photo:
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        paper = Image.new("RGB", upright.size, "white")
        layer = upright.convert("RGBA")
        paper.paste(layer, mask=layer.getchannel("A"))
        upright = paper
    plain = upright.convert("RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    small = plain.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Photo(
        file_name,
        _write(plain),
        _write(small),
        *plain.size,
        taken_on,
        None if place is None else place[0],
        None if place is None else place[1],
    )


def _write(picture: Image.Image) -> bytes:
    drawn = Image.new("RGB", picture.size)
    drawn.paste(picture)  # a picture without what the old one carried along
    buffer = BytesIO()
    drawn.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()


def _read_exif(picture: Image.Image) -> tuple[date | None, tuple[float, float] | None]:
    """When and where the camera says it was; metadata that cannot be read says nothing."""
    try:
        exif = picture.getexif()
        details, gps = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
    except Exception:  # noqa: BLE001  metadata is written by anybody, and only a hint
        return None, None
    return _read_day(details.get(_TAKEN) or exif.get(_CHANGED)), _read_place(gps)


def _read_day(text: object) -> date | None:
    try:
        day = datetime.strptime(str(text)[:10], "%Y:%m:%d").date()  # noqa: DTZ007  a camera knows no zone
    except ValueError:
        return None
    return day if day.year >= _EARLIEST_YEAR else None


def _read_place(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    try:
        latitude = _degrees(gps[2]) * (-1 if str(gps.get(1, "N")).upper().startswith("S") else 1)
        longitude = _degrees(gps[4]) * (-1 if str(gps.get(3, "E")).upper().startswith("W") else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    there = math.isfinite(latitude) and math.isfinite(longitude)
    there = there and abs(latitude) <= 90 and abs(longitude) <= 180  # noqa: PLR2004  degrees
    return (longitude, latitude) if there and (latitude, longitude) != (0.0, 0.0) else None


def _degrees(parts: Any) -> float:  # noqa: ANN401  whatever stands in the metadata
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
