"""The end of the opening phase in the browser: told what it makes final, confirmed, done once and by the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.factories import TODAY
from tests.ledgers import Ledger, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PATH = "/intake/opening"
CLOSED = "select ledger_closed_on from jiantu.city"


def test_the_past_is_closed_once_after_it_was_confirmed(clerk: FlaskClient, ledger: Ledger) -> None:
    page = clerk.get(f"{PATH}?lang=zh").text
    assert "建账期进行中" in page
    assert PATH in clerk.get("/intake").text
    token = read_token(clerk)
    unsure = clerk.post(PATH, data=token)
    assert unsure.status_code == 422
    assert "请先勾选确认" in unsure.text
    assert ledger.ask(CLOSED) == [(None,)]
    assert clerk.post(PATH, data={**token, "sure": "1"}).status_code == 303
    assert ledger.ask(CLOSED) == [(TODAY,)]
    assert "过去的亮灯已于" in clerk.get(PATH).text
    again = clerk.post(PATH, data={**token, "sure": "1"})
    assert again.status_code == 422
    assert "不能再次封存" in again.text


def test_a_unit_does_not_close_it(unit_clerk: FlaskClient, ledger: Ledger) -> None:
    assert unit_clerk.get(PATH).status_code == 404
    sent = unit_clerk.post(PATH, data={**read_token(unit_clerk), "sure": "1"})
    assert sent.status_code == 404
    assert ledger.ask(CLOSED) == [(None,)]
