"""What is told of watched places is sent until it arrives, signed, and never twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from app.companions import deliver_all
from app.config import Settings
from geo.changes.deliveries import send_next
from geo.changes.subscriptions import (
    Ways,
)
from geo.database.acting import Identity, Role, acting_session
from geo.exporters.notices import write_request
from geo.model.watching import WebhookKind
from geo.queries.watching import (
    list_watched_places,
)
from tests.db.street import dig
from tests.db.watched import (
    COMMAND,
    NOW,
    SOON,
    THE_COMMAND,
    ZONE,
    commit,
    watch,
    watched_city,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from geo.changes.deliveries import Parcel


@pytest.fixture
def engine(fresh_dezhou_url: str) -> Iterator[Engine]:
    """A city with one road and a work on it."""
    with watched_city(fresh_dezhou_url) as made:
        yield made


class Receiver:
    """A web server that notes what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.answer, self.location = 200, b'{"errcode":0}', ""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), body))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.end_headers()
                self.wfile.write(receiver.answer)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def hook(engine: Engine, receiver: Receiver, kind: WebhookKind = WebhookKind.PLAIN) -> Settings:
    """Watch the road by a webhook, have something happen there, and say how it is sent."""
    ways = Ways(kind, f"{receiver.origin}/robot?access_token=1", "秘密")
    watch(engine, ways=ways, allowed=[receiver.origin])
    commit(engine, dig("X", "cd", SOON, name="电力"))
    return Settings(webhook_origins=receiver.origin)


def make_due(engine: Engine) -> None:
    with acting_session(engine, Identity(Role.ENGINE, "test:engine")) as session:
        session.execute(text("update jiantu.delivery set next_at = now()"))


def test_a_webhook_is_signed_and_sent_once(engine: Engine, receiver: Receiver) -> None:
    settings = hook(engine, receiver)
    assert deliver_all(engine, settings, ZONE) == 1
    assert deliver_all(engine, settings, ZONE) == 0
    ((_path, headers, body),) = receiver.got
    said = json.loads(body)
    assert said["text"].startswith("【内部】东风路")
    assert "新增:电力" in said["text"]
    assert headers["Idempotency-Key"] == said["key"]
    stamp = headers["X-Jiantu-Timestamp"].encode()
    mac = hmac.new("秘密".encode(), stamp + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Jiantu-Signature"] == f"sha256={mac}"


def test_nothing_is_lost_while_the_receiver_is_away(engine: Engine, receiver: Receiver) -> None:
    settings = hook(engine, receiver)
    receiver.status = 503
    assert deliver_all(engine, settings, ZONE) == 1
    assert deliver_all(engine, settings, ZONE) == 0  # not again at once
    with acting_session(engine, COMMAND) as session:
        attempts, error, pause = session.execute(
            text("select attempts, last_error, next_at - now() from jiantu.delivery")
        ).one()
        assert (attempts, error) == (1, "NotDeliveredError: HTTP 503")
        assert timedelta(seconds=30) < pause <= timedelta(minutes=1)
        assert list_watched_places(session, THE_COMMAND)[0].waiting == 1
    receiver.status = 200
    make_due(engine)
    assert deliver_all(engine, settings, ZONE) == 1
    assert {headers["Idempotency-Key"] for _path, headers, _body in receiver.got} == {
        receiver.got[0][1]["Idempotency-Key"]
    }
    with acting_session(engine, COMMAND) as session:
        assert list_watched_places(session, THE_COMMAND)[0].waiting == 0


def test_the_pause_doubles_up_to_six_hours(engine: Engine, receiver: Receiver) -> None:
    hook(engine, receiver)

    def away(_parcel: Parcel) -> None:
        message = "away"
        raise ConnectionError(message)

    pauses, now = [], datetime.now(UTC) + timedelta(seconds=5)
    for _attempt in range(12):
        with acting_session(engine, COMMAND) as session:
            assert send_next(session, away, now)
            next_at = session.scalar(text("select next_at from jiantu.delivery"))
        pauses.append((next_at - now) / timedelta(minutes=1))
        now = next_at
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == 360


def test_killed_between_sending_and_commit_it_is_sent_again_with_the_same_key(
    engine: Engine, receiver: Receiver
) -> None:
    hook(engine, receiver)
    keys = []

    class Killed(BaseException):
        """What a kill is to the process."""

    def send_and_die(parcel: Parcel) -> None:
        keys.append(parcel.key)
        raise Killed

    now = datetime.now(UTC) + timedelta(seconds=5)
    with pytest.raises(Killed), acting_session(engine, COMMAND) as session:
        send_next(session, send_and_die, now)
    with acting_session(engine, COMMAND) as session:
        assert send_next(session, lambda parcel: keys.append(parcel.key), now)
    with acting_session(engine, COMMAND) as session:
        assert not send_next(session, lambda parcel: keys.append(parcel.key), now)
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_two_carriers_never_send_the_same_at_once(engine: Engine, receiver: Receiver) -> None:
    hook(engine, receiver)
    now = datetime.now(UTC) + timedelta(seconds=5)
    seen: list[bool] = []

    def look(_parcel: Parcel) -> None:
        with acting_session(engine, COMMAND) as other:
            seen.append(send_next(other, lambda _one: None, now))

    with acting_session(engine, COMMAND) as session:
        assert send_next(session, look, now)
    assert seen == [False]


def test_a_redirect_is_not_followed(engine: Engine, receiver: Receiver) -> None:
    settings = hook(engine, receiver)
    receiver.status, receiver.location = 302, f"{receiver.origin}/elsewhere"
    deliver_all(engine, settings, ZONE)
    assert len(receiver.got) == 1
    with acting_session(engine, COMMAND) as session:
        assert (
            session.scalar(text("select last_error from jiantu.delivery"))
            == "NotDeliveredError: HTTP 302"
        )


def test_an_address_that_is_no_longer_allowed_gets_nothing(
    engine: Engine, receiver: Receiver
) -> None:
    hook(engine, receiver)
    deliver_all(engine, Settings(webhook_origins="https://other.example"), ZONE)
    assert receiver.got == []


@pytest.mark.parametrize("kind", [WebhookKind.DINGTALK, WebhookKind.WECOM])
def test_a_robot_that_refuses_is_tried_again(
    engine: Engine, receiver: Receiver, kind: WebhookKind
) -> None:
    settings = hook(engine, receiver, kind)
    receiver.answer = b'{"errcode": 310000, "errmsg": "sign not match"}'
    deliver_all(engine, settings, ZONE)
    with acting_session(engine, COMMAND) as session:
        assert "sign not match" in str(
            session.scalar(text("select last_error from jiantu.delivery"))
        )
    receiver.answer = b'{"errcode": 0, "errmsg": "ok"}'
    make_due(engine)
    deliver_all(engine, settings, ZONE)
    assert json.loads(receiver.got[-1][2])["msgtype"] == "text"
    with acting_session(engine, COMMAND) as session:
        assert session.scalar(text("select sent_at is not null from jiantu.delivery"))


def test_dingtalk_is_signed_as_its_manual_says() -> None:
    words = {"title": "t", "text": "x", "key": "k"}
    made = write_request(
        "dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=1", "SEC", words, NOW
    )
    asked = parse_qs(urlsplit(made.url).query)
    stamp = asked["timestamp"][0]
    assert stamp == str(int(NOW.timestamp() * 1000))
    mac = hmac.new(b"SEC", f"{stamp}\nSEC".encode(), hashlib.sha256).digest()
    assert asked["sign"][0] == base64.b64encode(mac).decode()
    assert json.loads(made.body) == {"msgtype": "text", "text": {"content": "x"}}


def test_an_sms_says_the_title_alone() -> None:
    made = write_request(
        "sms", "https://sms.example/", "s", {"title": "有变化", "text": "长", "key": "k"}, NOW
    )
    assert json.loads(made.body)["content"] == "有变化"
    assert made.headers["X-Jiantu-Signature"].startswith("sha256=")


def test_what_is_said_is_sent_as_it_is_also_where_it_looks_like_a_place_of_the_template() -> None:
    words = {"title": "【内部】{text}", "text": "长", "key": "k"}
    made = write_request("plain", "https://plain.example/", "s", words, NOW)
    assert json.loads(made.body)["title"] == "【内部】{text}"


class Mailbox:
    """A mail server's handler that keeps what comes."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's own name
        self.got.append(envelope)
        return "250 OK"


def test_news_come_by_mail_from_a_real_mail_server(engine: Engine) -> None:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        watch(engine, ways=Ways(email="li@example.cn"))
        commit(engine, dig("X", "cd", SOON, name="电力"))
        settings = Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_from="map@example.cn")
        assert deliver_all(engine, settings, ZONE) == 1
        assert deliver_all(engine, settings, ZONE) == 0
    finally:
        server.stop()
    (mail,) = box.got
    assert mail.rcpt_tos == ["li@example.cn"]
    read = message_from_bytes(mail.content, policy=default)
    assert str(read["Subject"]).startswith("【内部】东风路")
    body = read.get_body()
    assert body is not None
    assert "新增:电力" in body.get_content()
    assert str(read["Message-ID"]).startswith("<jiantu-")
