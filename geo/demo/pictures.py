"""Pictures of sites that nobody can take for photographs: flat skies, cranes, half-built houses, striped barriers."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

SIZE = (640, 400)
GROUND = 330
SCALE = 2
"""Drawn twice as large and made smaller, so that edges are smooth."""

SKIES = (
    ("#dfe9ee", "#f6f1e6"),
    ("#cfdde6", "#eef2f0"),
    ("#f3dfcd", "#f8f0e2"),
    ("#b9c9d6", "#e6e4dc"),
)
WALLS = ("#c9c4b8", "#b7b0a4", "#d8d2c4", "#a9a69d")
CRANE = "#d98324"
INK = "#3a4248"
EARTH = "#b59a7a"


def draw_picture(seed: str) -> bytes:
    """A JPEG of 640 × 400, always the same for a seed."""
    random = Random(seed)  # noqa: S311  a picture
    image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE))
    draw = ImageDraw.Draw(image)
    _sky(draw, random)
    for x in range(-20, SIZE[0], random.randint(70, 110)):
        _far_house(draw, random, x)
    _box(draw, (0, GROUND, SIZE[0], SIZE[1]), EARTH)
    houses = random.randint(1, 3)
    for number in range(houses):
        _shell(draw, random, 60 + number * 190 + random.randint(-20, 30))
    for _ in range(random.randint(1, 2)):
        _crane(draw, random, random.randint(90, 520))
    _barrier(draw)
    made = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(made, "JPEG", quality=80)
    return made.getvalue()


def _box(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], fill: str) -> None:
    draw.rectangle([part * SCALE for part in box], fill=fill)


def _line(
    draw: ImageDraw.ImageDraw, points: tuple[float, ...], width: float, fill: str = CRANE
) -> None:
    draw.line([part * SCALE for part in points], fill=fill, width=round(width * SCALE))


def _sky(draw: ImageDraw.ImageDraw, random: Random) -> None:
    top, bottom = random.choice(SKIES)
    high, low = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (top, bottom))
    for y in range(GROUND):
        share = y / GROUND
        colour = tuple(round(a + (b - a) * share) for a, b in zip(high, low, strict=True))
        draw.rectangle([0, y * SCALE, SIZE[0] * SCALE, (y + 1) * SCALE], fill=colour)


def _far_house(draw: ImageDraw.ImageDraw, random: Random, x: int) -> None:
    height = random.randint(30, 110)
    _box(draw, (x, GROUND - height, x + random.randint(40, 80), GROUND), "#c3cbcd")


def _shell(draw: ImageDraw.ImageDraw, random: Random, x: int) -> None:
    """A house in its bare floors, the upper ones without walls yet."""
    floors, width = random.randint(3, 8), random.randint(110, 160)
    walled = random.randint(0, floors)
    for floor in range(floors):
        base = GROUND - floor * 26
        if floor < walled:
            _box(draw, (x, base - 26, x + width, base), random.choice(WALLS))
            for window in range(x + 10, x + width - 14, 24):
                _box(draw, (window, base - 20, window + 12, base - 7), "#7d8b93")
        else:
            for column in range(x, x + width + 1, width // 4):
                _box(draw, (column - 2, base - 26, column + 3, base), "#8f8a80")
        _box(draw, (x - 4, base - 27, x + width + 4, base - 23), "#7e7a72")


def _crane(draw: ImageDraw.ImageDraw, random: Random, x: int) -> None:
    top = random.randint(40, 90)
    reach = random.choice((-1, 1)) * random.randint(120, 190)
    _line(draw, (x - 5, GROUND, x - 5, top), 2)
    _line(draw, (x + 5, GROUND, x + 5, top), 2)
    for y in range(top, GROUND, 16):
        _line(draw, (x - 5, y, x + 5, y + 16), 1.2)
    _line(draw, (x - reach * 0.35, top, x + reach, top), 4)
    _line(draw, (x, top - 34, x + reach * 0.7, top), 1.2)
    _line(draw, (x, top - 34, x - reach * 0.3, top), 1.2)
    _line(draw, (x, top, x, top - 34), 3)
    hook = x + reach * random.uniform(0.4, 0.9)
    _line(draw, (hook, top, hook, top + random.randint(50, 130)), 1, INK)


def _barrier(draw: ImageDraw.ImageDraw) -> None:
    """A striped board in front of it all."""
    _box(draw, (0, GROUND + 34, SIZE[0], GROUND + 58), "#f1efe9")
    for x in range(-20, SIZE[0], 36):
        corners = [
            (x, GROUND + 58),
            (x + 18, GROUND + 58),
            (x + 36, GROUND + 34),
            (x + 18, GROUND + 34),
        ]
        draw.polygon([(a * SCALE, b * SCALE) for a, b in corners], fill="#c0392b")
