"""Every page and state of the table of pictures comes, in one language or the other, and Chromium says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.people import admit, state_of
from tests.pictures.table import SIZES, STATES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage

    from tests.conftest import DemoCity
    from tests.pictures.table import State

QUIET_STATES = [state for state in STATES if not state.complains and state.city == "demo"]


@pytest.mark.parametrize(
    ("state", "lang"),
    [(state, ("zh", "en")[place % 2]) for place, state in enumerate(QUIET_STATES)],
    ids=[state.name for state in QUIET_STATES],
)
def test_no_page_writes_an_error_to_the_console_or_breaks_the_policy(
    browser: Browser, demo: DemoCity, demo_address: str, state: State, lang: str
) -> None:
    if state.who:
        admit(demo.staff_url, state.who)
    width, height = SIZES[state.sizes[0]]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        storage_state=state_of(state.who) if state.who else None,
    )
    page = context.new_page()
    heard: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            heard.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (event) => {"
        " console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`); });"
    )
    if state.before:
        state.before(page)
    answer = page.goto(f"{demo_address}{state.path}{'&' if '?' in state.path else '?'}lang={lang}")
    assert answer is not None
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    page.wait_for_selector(state.ready, state="attached")
    if state.act:
        state.act(page)
    page.wait_for_timeout(300)
    context.close()
    assert heard == []


def test_every_state_has_a_name_of_its_own() -> None:
    names = [state.name for state in STATES]
    assert len(set(names)) == len(names)
