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


MARK_ALIKE = """
() => {
  const values = new Set(["id", "href", "for", "value", "title", "datetime", "aria-label", "aria-controls",
    "aria-labelledby", "aria-describedby"]);
  const built = (one) => {
    const said = [...one.attributes].filter(({ name }) => !name.startsWith("data-"))
      .map(({ name, value }) => (values.has(name) ? name : `${name}=${value}`)).sort();
    const text = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    return `<${one.tagName} ${said} ${text}>${[...one.children].map(built).join("")}</>`;
  };
  for (const parent of document.querySelectorAll("body *")) {
    const seen = new Map();
    for (const child of parent.children.length < 8 ? [] : parent.children) {
      const words = built(child);
      seen.set(words, (seen.get(words) ?? 0) + 1);
      child.toggleAttribute("data-alike", seen.get(words) > 2);
    }
  }
}
"""
"""Marks what stands in a long list and is built as two others in it are, but for its words and where it leads."""

FIND_WRONG_IDS = """
() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const wrong = ids.filter((id, place) => ids.indexOf(id) < place);
  for (const name of ["for", "aria-controls", "aria-labelledby", "aria-describedby"]) {
    for (const one of document.querySelectorAll(`[${name}]`)) {
      wrong.push(...one.getAttribute(name).split(/\\s+/).filter((id) => id && !document.getElementById(id))
        .map((id) => `${name}=${id}`));
    }
  }
  return wrong;
}
"""


def assert_nothing_for_axe(page: Page) -> None:
    """Fail with axe-core's report where it finds anything.

    Of the rows of a long list that are built alike it looks at the first two: it would say the same of all, and of
    some thousand elements it thinks for seconds. What differs between them, ids and what names them, is looked at here.
    """
    wrong_ids = page.evaluate(FIND_WRONG_IDS)
    assert wrong_ids == [], f"{page.url}: ids that stand twice, or lead nowhere"
    page.evaluate(MARK_ALIKE)
    result = Axe().run(page, context={"exclude": ["[data-alike]"]})
    assert result.violations_count == 0, f"{page.url}\n{result.generate_report()}"


def assert_fits(page: Page) -> None:
    """Fail where the page is wider than the screen."""
    room = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert room <= 0, f"{page.url} is wider than the screen"
