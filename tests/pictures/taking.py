"""Taking the pictures: several browsers at once, each with a share of them."""

from __future__ import annotations

import logging
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Error, sync_playwright

from tests.browser.conftest import QUIET, find_chromium
from tests.people import state_of
from tests.pictures.table import SIZES, STATES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.pictures.table import Look

FOLDER = Path(__file__).resolve().parents[2] / "build" / "pictures"
SETTLED_MS = 200
TALLEST = 2400
"""Of a page that is longer only so much is photographed."""
SHARE = 12
BY_NAME = {state.name: state for state in STATES}


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to be taken: a state in a look, where its city is served."""

    name: str
    look: Look
    url: str

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return FOLDER / f"{'-'.join((self.name, *self.look))}.png"


def take(browser: Browser, shot: Shot) -> None:
    """Take one picture; raises Playwright's error when the page does not come to its state."""
    state = BY_NAME[shot.name]
    size, _, scheme = shot.look
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
        page.goto(shot.url)
        page.wait_for_selector(state.ready, state="attached")
        if state.act:
            state.act(page)
        if not state.waits:
            page.wait_for_load_state("networkidle")
        page.wait_for_timeout(SETTLED_MS)
        shown = page.evaluate("document.documentElement.scrollHeight")
        if shown > height:
            clip = {"x": 0, "y": 0, "width": width, "height": min(shown, TALLEST)}
            page.screenshot(path=shot.path, full_page=True, clip=clip)  # type: ignore[arg-type]
        else:
            page.screenshot(path=shot.path)
    finally:
        page.unroute_all(behavior="ignoreErrors")
        context.close()


def take_some(shots: list[Shot]) -> list[str]:
    """Take these one after another in a browser of their own; what went wrong."""
    # Requests that are never answered on purpose are nothing to tell of.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    wrong = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET])
        for shot in shots:
            try:
                take(browser, shot)
            except Error as error:
                wrong.append(f"✗ {shot.path.stem}: {error.message.splitlines()[0]}")
        browser.close()
    return wrong


def take_all(shots: list[Shot], at_once: int) -> list[str]:
    """Take all, in several browsers at once; what went wrong."""
    shares = [shots[first : first + SHARE] for first in range(0, len(shots), SHARE)]
    wrong: list[str] = []
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        done = 0
        for share, told in zip(shares, pool.map(take_some, shares), strict=True):
            wrong += told
            done += len(share)
            print(*told, f"… {done}/{len(shots)}", sep="\n", flush=True)
    return wrong
