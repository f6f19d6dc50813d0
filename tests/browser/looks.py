"""The looks in which every page is checked, by size, language and scheme, and what axe-core says of it there."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types

from tests.people import state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at a page."""

    size: Literal["desktop", "phone"]
    lang: Literal["zh", "en"]
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        """Its name among the tests."""
        return f"{self.size}-{self.lang}-{self.scheme}"


LOOKS = (
    Look("desktop", "zh", "light"),
    Look("desktop", "en", "dark"),
    Look("phone", "zh", "dark"),
    Look("phone", "en", "light"),
)
"""Each two of size, language and scheme meet once."""

in_every_look = pytest.mark.parametrize("look", LOOKS, ids=str)


@contextmanager
def page_in(browser: Browser, look: Look, who: str | None = "command") -> Iterator[Page]:
    """A page of a browser of its own, in which somebody is signed in, or nobody."""
    width, height = SIZES[look.size]
    context = browser.new_context(
        storage_state=state_of(who) if who else None,
        viewport={"width": width, "height": height},
        color_scheme=look.scheme,
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def unfold(page: Page, within: str = "body") -> None:
    """Open all that is folded, so that it is looked at, too."""
    page.locator(f"{within} details").evaluate_all(
        "(folded) => folded.forEach((one) => { one.open = true; })"
    )


def assert_nothing_for_axe(page: Page) -> None:
    """Fail with axe-core's report where it finds anything."""
    result = Axe().run(page)
    assert result.violations_count == 0, f"{page.url}\n{result.generate_report()}"


def assert_fits(page: Page) -> None:
    """Fail where the page is wider than the screen."""
    room = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert room <= 0, f"{page.url} is wider than the screen"
