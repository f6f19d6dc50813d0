"""`./test pictures [NAME…] [--readme]`: photographs every page and state of the table into build/pictures."""

from __future__ import annotations

import html
import logging
import shutil
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from playwright.sync_api import Error, sync_playwright

from tests.browser.conftest import QUIET, find_chromium
from tests.people import state_of
from tests.pictures.cities import serving_cities
from tests.pictures.table import SIZES, STATES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.pictures.table import Size, State

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "build" / "pictures"
LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (
    ("zh", "light"),
    ("en", "light"),
    ("zh", "dark"),
    ("en", "dark"),
)
README = {
    "map-desktop-zh-light": "command-zh.png",
    "map-desktop-en-light": "command-en.png",
    "wall-wall-zh-dark": "wall-zh.png",
    "wall-wall-en-dark": "wall-en.png",
}
"""Pictures that stand in the README."""


def take(browser: Browser, address: str, state: State, size: Size, lang: str, scheme: Any) -> Path:
    """One photograph; raises Playwright's error when the page does not come to its state."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        storage_state=state_of(state.who) if state.who else None,
    )
    try:
        page = context.new_page()
        if state.before:
            state.before(page)
        page.goto(f"{address}{state.path}{'&' if '?' in state.path else '?'}lang={lang}")
        page.wait_for_selector(state.ready)
        if state.act:
            state.act(page)
        page.wait_for_timeout(500)
        path = FOLDER / f"{state.name}-{size}-{lang}-{scheme}.png"
        page.screenshot(path=path)
        return path
    finally:
        context.close()


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
    failed = 0
    with serving_cities() as cities, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET])
        for state in states:
            for size, (lang, scheme) in product(state.sizes, LOOKS):
                try:
                    take(browser, cities[state.city], state, size, lang, scheme)
                except Error as error:
                    failed += 1
                    print(f"✗ {state.name} {size} {lang} {scheme}: {error.message.splitlines()[0]}")
            print(f"✓ {state.name}", flush=True)
        browser.close()
    taken = {
        state.name: sorted(
            path
            for size, (lang, scheme) in product(state.sizes, LOOKS)
            for path in FOLDER.glob(f"{state.name}-{size}-{lang}-{scheme}.png")
        )
        for state in STATES
    }
    write_index({name: paths for name, paths in taken.items() if paths})
    if readme:
        for stem, name in README.items():
            shutil.copyfile(FOLDER / f"{stem}.png", PROJECT / "docs" / "images" / name)
    print(f"{FOLDER / 'index.html'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
