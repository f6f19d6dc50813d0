"""Watching: what changes at a place is told in the same transaction, sent until it arrives, and never twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from aiosmtpd.controller import Controller
from PIL import Image
from sqlalchemy import text

from app.companions import deliver_all
from app.config import Settings
from geo.changes.deliveries import send_next
from geo.changes.subscriptions import (
    Place,
    Watcher,
    Ways,
    is_allowed,
    mark_read,
    stop_watching,
    watch_place,
)
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.errors import ChangeRefusedError, NotFoundError
from geo.exporters.notices import write_request
from geo.exporters.watch_picture import draw_watch_picture
from geo.model.watching import WebhookKind
from geo.queries.watching import (
    Reader,
    count_unread,
    find_feed,
    get_told,
    get_told_shapes,
    list_told,
    list_watched_places,
)
from tests.db.street import closure, dig, street, take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from geo.changes.deliveries import Parcel
    from geo.queries.watching import Told

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SOON = "2026-12-01..2026-12-31"
COMMAND = Identity(Role.COMMAND, "test:command")
ZONE = "Asia/Shanghai"
THE_COMMAND = Reader(None, whole_city=True, shared=True)
A_MEMBER = Reader(None)


def commit(engine: Engine, *zones: Any) -> None:
    with acting_session(engine, COMMAND) as session:
        take(session, list(zones))


@pytest.fixture
def engine(fresh_dezhou_url: str) -> Iterator[Engine]:
    """A city with one road and a work on it, in which commits are real."""
    made = make_engine(fresh_dezhou_url.replace("//jiantu@", "//jiantu_staff@"), pool_size=3)
    with acting_session(made, COMMAND) as session:
        take(
            session, [dig("GS-1", "ab", SOON, name="供水迁改")], [street("A", "ae", name="东风路")]
        )
    yield made
    made.dispose()


def watch(engine: Engine, place: Place | None = None, ways: Ways | None = None, **more: Any) -> str:
    with acting_session(engine, COMMAND) as session:
        watcher = Watcher(more.get("unit_id"))
        allowed = more.get("allowed", ())
        wanted = place or Place("东风路", road="东风路")
        return watch_place(session, watcher, wanted, ways or Ways(), allowed)[1]


def told(engine: Engine) -> list[Told]:
    with acting_session(engine, COMMAND) as session:
        return list_told(session, THE_COMMAND)


def sentences(engine: Engine) -> list[list[str]]:
    return [one.sentences("zh") for one in told(engine)]


def test_a_new_work_and_its_clash_on_a_watched_road_are_told_once(engine: Engine) -> None:
    watch(engine)
    commit(engine, closure("DX-1", "ad", SOON, name="东风路导改", unit="交警支队"))
    (said,) = sentences(engine)
    assert "新增:东风路导改(交警支队),计划,2026-12-01至2026-12-31" in said
    assert any("供水迁改 × 东风路导改:重叠" in line for line in said)
    commit(engine, closure("DX-1", "ad", SOON, name="东风路导改", unit="交警支队"))
    assert len(told(engine)) == 1  # the same once more changes nothing


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (dig("GS-1", "ab", "2027-01-01..2027-01-31", name="供水迁改"), "日期变更:供水迁改"),
        (dig("GS-1", "bc", SOON, name="供水迁改"), "范围变更:供水迁改"),
        (dig("GS-1", "ab", SOON, name="供水迁改", state="withdrawn"), "状态变更:供水迁改"),
    ],
)
def test_a_changed_work_is_told_with_what_changed(engine: Engine, changed: Any, line: str) -> None:
    watch(engine)
    commit(engine, changed)
    (said,) = sentences(engine)
    assert any(one.startswith(line) for one in said)


def test_a_clash_that_is_gone_is_told(engine: Engine) -> None:
    commit(engine, closure("DX-1", "ad", SOON, name="东风路导改"))
    watch(engine)
    commit(engine, dig("GS-1", "ab", "2027-06-01..2027-06-30", name="供水迁改"))
    (said,) = sentences(engine)
    assert "供水迁改 × 东风路导改:已不再重叠" in said


def test_what_happens_elsewhere_is_not_told(engine: Engine) -> None:
    watch(engine)
    commit(engine, dig("X", "no", SOON, shift=(0.0, -500.0)))
    assert told(engine) == []


def test_an_area_and_a_road_are_watched_alike(engine: Engine) -> None:
    watch(engine, Place("片区", area=((116.29, 37.43), (116.31, 37.43), (116.30, 37.46))))
    commit(engine, dig("X", "cd", SOON))
    assert len(told(engine)) == 1


def test_what_is_rolled_back_is_not_told(engine: Engine) -> None:
    watch(engine)
    with acting_session(engine, COMMAND) as session:
        take(session, [dig("X", "ab", SOON)])
        session.rollback()
    assert told(engine) == []


def test_a_draft_is_told_to_its_unit_and_the_command_alone(engine: Engine) -> None:
    commit(
        engine,
        dig("Y", "de", SOON, unit="供热公司"),
        dig("Z", "de", "2028-01-01..2028-02-01", unit="供电公司"),
    )
    with acting_session(engine, COMMAND) as session:
        units = {r.name: r.id for r in session.execute(text("select id, name from jiantu.unit"))}
    for name in ("供热公司", "供电公司"):
        watch(engine, Place(name, road="东风路"), unit_id=units[name])
    watch(engine, Place("指挥部", road="东风路"))
    commit(engine, dig("D", "bc", SOON, unit="供热公司", state="draft"))
    with acting_session(engine, COMMAND) as session:
        names = {one.name for one in list_told(session, A_MEMBER)}
    assert names == {"供热公司", "指挥部"}


def test_nothing_is_told_any_more_when_watching_stops(engine: Engine) -> None:
    watch(engine)
    with acting_session(engine, COMMAND) as session:
        (place,) = list_watched_places(session, THE_COMMAND)
        stop_watching(session, place.id)
        with pytest.raises(NotFoundError):
            stop_watching(session, place.id)
    commit(engine, dig("X", "ab", SOON))
    assert told(engine) == []


def test_what_was_read_is_not_unread(engine: Engine) -> None:
    watch(engine)
    commit(engine, dig("X", "cd", SOON))
    with acting_session(engine, COMMAND) as session:
        assert count_unread(session, THE_COMMAND) == 1
        (one,) = list_told(session, THE_COMMAND)
        assert mark_read(session, {one.id}, NOW) == 1
        assert mark_read(session, {one.id}, NOW) == 0
        assert count_unread(session, THE_COMMAND) == 0


def test_the_feeds_token_is_kept_as_a_hash(engine: Engine) -> None:
    token = watch(engine)
    with acting_session(engine, COMMAND) as session:
        kept = session.scalar(text("select feed_hash from jiantu.watch_subscription"))
        assert kept == hashlib.sha256(token.encode()).hexdigest()
        assert find_feed(session, kept)[1] == "东风路"
        with pytest.raises(NotFoundError):
            find_feed(session, token)


@pytest.mark.parametrize(
    ("place", "ways", "said"),
    [
        (Place(" ", road="东风路"), Ways(), "起个名字"),
        (Place("无", road="没有的路"), Ways(), "选择一条道路"),
        (Place("无"), Ways(), "选择一条道路"),
        (Place("路", road="东风路"), Ways(email="x"), "不是电子邮箱"),
        (
            Place("路", road="东风路"),
            Ways(WebhookKind.PLAIN, "http://169.254.169.254/", "s"),
            "允许的地址",
        ),
        (Place("路", road="东风路"), Ways(WebhookKind.DINGTALK, "https://ok.example/x"), "加签"),
    ],
)
def test_what_cannot_be_watched_or_sent_is_refused(
    engine: Engine, place: Place, ways: Ways, said: str
) -> None:
    with pytest.raises(ChangeRefusedError, match=said):
        watch(engine, place, ways, allowed=["https://ok.example"])


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://ok.example/robot?x=1", True),
        ("HTTPS://OK.example/", True),
        ("http://ok.example/", False),
        ("https://ok.example:8443/", False),
        ("https://ok.example@evil.example/", False),
        ("https://ok.example.evil.example/", False),
        ("https://evil.example/https://ok.example", False),
        ("https://ok.example\\@evil.example/", False),
        ("https://ok.example:99999/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_addresses_on_the_list_are_sent_to(url: str, *, allowed: bool) -> None:
    assert is_allowed(url, ["https://ok.example"]) is allowed


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


def test_the_picture_is_a_png_that_shows_the_clash(engine: Engine) -> None:
    watch(engine)
    commit(engine, closure("DX-1", "ad", SOON, name="东风路导改"))
    with acting_session(engine, COMMAND) as session:
        (one,) = list_told(session, THE_COMMAND)
        shapes = get_told_shapes(session, get_told(session, THE_COMMAND, one.id))
    assert {what for what, _shape in shapes} == {
        "place",
        "road",
        "relocation",
        "diversion",
        "shared",
    }
    picture = Image.open(io.BytesIO(draw_watch_picture("【内部】东风路", shapes)))
    assert picture.size == (1000, 750)
    points = np.asarray(picture.convert("RGB")).astype(int)
    red, green, blue = points[..., 0], points[..., 1], points[..., 2]
    magenta = int(((red > 140) & (green < 110) & (blue > 80) & (blue < 190)).sum())
    assert magenta > 100


def test_an_edit_where_nobody_watches_writes_nothing(engine: Engine) -> None:
    commit(engine, dig("X", "ab", SOON))
    with acting_session(engine, COMMAND) as session:
        assert session.scalar(text("select count(*) from jiantu.notification")) == 0
