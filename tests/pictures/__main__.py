"""`./test pictures [NAME…] [--readme]`: photographs every page and state of the table into build/pictures."""

from __future__ import annotations

import html
import logging
import os
import shutil
import sys
import time
from pathlib import Path

import structlog

from tests.pictures.cities import serving_cities
from tests.pictures.table import STATES
from tests.pictures.taking import FOLDER, Shot, take_all

PROJECT = Path(__file__).resolve().parents[2]
README = {
    "map-desktop-zh-light": "command-zh.png",
    "map-desktop-en-light": "command-en.png",
    "wall-wall-zh-dark": "wall-zh.png",
    "wall-wall-en-dark": "wall-en.png",
}
"""Pictures that stand in the README."""


def write_index(taken: dict[str, list[Path]]) -> None:
    """A page with all pictures, a row for each state."""
    rows = "".join(
        f"<h2 id='{html.escape(name)}'>{html.escape(name)}</h2><div>"
        + "".join(
            f"<a href='{path.name}'><img loading='lazy' src='{path.name}' alt=''>"
            f"<span>{path.stem}</span></a>"
            for path in paths
        )
        + "</div>"
        for name, paths in taken.items()
    )
    style = (
        "body{font:14px/1.5 system-ui,sans-serif;margin:24px}div{display:flex;flex-wrap:wrap;gap:16px}"
        "a{color:inherit;text-decoration:none}img{display:block;height:240px;border:1px solid #ccc}"
    )
    page = f"<!doctype html><meta charset='utf-8'><title>建图 pictures</title><style>{style}</style><h1>建图</h1>{rows}"
    (FOLDER / "index.html").write_text(page, encoding="utf-8")


def main(names: list[str]) -> int:
    """Take those asked for, or all; the exit status."""
    readme = "--readme" in names
    wanted = [name for name in names if not name.startswith("-")]
    states = [state for state in STATES if not wanted or state.name in wanted]
    if not states:
        print(
            f"✗ 没有这样的页面 / no such state: {', '.join(wanted)}; there are: "
            + ", ".join(state.name for state in STATES)
        )
        return 2
    if not wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # One state is that the database is away; the program need not tell of it here.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    wanted_cities = list(dict.fromkeys(state.city for state in states))
    with serving_cities(wanted_cities) as cities:
        shots = [
            Shot(state.name, look, cities[state.city].url(state.path, look[1]))
            for state in states
            for look in state.looks
        ]
        wrong = take_all(shots, (os.cpu_count() or 1) + 1)
    print(*wrong, f"{len(shots) - len(wrong)} in {time.monotonic() - began:.0f} s", sep="\n")
    taken = {
        state.name: [
            path for look in state.looks if (path := Shot(state.name, look, "").path).exists()
        ]
        for state in STATES
    }
    write_index({name: paths for name, paths in taken.items() if paths})
    if readme:
        for stem, name in README.items():
            shutil.copyfile(FOLDER / f"{stem}.png", PROJECT / "docs" / "images" / name)
    print(f"{FOLDER / 'index.html'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
