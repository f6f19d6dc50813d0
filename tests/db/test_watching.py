"""Watching: what changes at a place is told in the same transaction, sent until it arrives, and never twice."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from geo.changes.deliveries import send_next
from geo.changes.subscriptions import (
    Place,
    Ways,
    is_allowed,
    mark_read,
    stop_watching,
)
from geo.database.acting import Identity, Role, acting_session, take_role
from geo.errors import ChangeRefusedError, NotFoundError
from geo.exporters.watch_picture import draw_watch_picture
from geo.model.watching import WebhookKind
from geo.queries.watching import (
    count_unread,
    find_feed,
    get_told,
    get_told_shapes,
    list_told,
    list_watched_places,
)
from tests.db.street import closure, dig, street, take
from tests.db.watched import (
    A_MEMBER,
    COMMAND,
    NOW,
    SOON,
    THE_COMMAND,
    commit,
    sentences,
    told,
    watch,
    watched_city,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@pytest.fixture
def engine(fresh_dezhou_url: str) -> Iterator[Engine]:
    """A city with one road and a work on it."""
    with watched_city(fresh_dezhou_url) as made:
        yield made


def test_a_new_work_and_its_clash_on_a_watched_road_are_told_once(engine: Engine) -> None:
    watch(engine)
    commit(engine, closure("DX-1", "ad", SOON, name="东风路导改", unit="交警支队"))
    (said,) = sentences(engine)
    assert "新增:东风路导改(交警支队),计划,2026年12月1日至12月31日" in said
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


def test_a_new_work_is_told_too_when_new_roads_have_the_whole_city_made_anew(
    engine: Engine,
) -> None:
    watch(engine)
    with acting_session(engine, COMMAND) as session:
        take(
            session,
            [dig("X", "cd", SOON, name="燃气迁改")],
            [street("B", "ae", name="北街", shift=(0.0, 300.0))],
        )
    (lines,) = sentences(engine)
    assert any("燃气迁改" in line for line in lines)


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


def act(engine: Engine, statement: str, **values: Any) -> Any:
    with acting_session(engine, Identity(Role.ADMIN, "test:admin")) as session:
        return session.execute(text(statement), values).scalar()


LEAVING = {
    "switched off": "update jiantu.account set active = false where id = :id returning id",
    "left the unit": "delete from jiantu.membership where account_id = :id returning id",
}


@pytest.mark.parametrize("leaving", LEAVING.values(), ids=LEAVING.keys())
def test_who_has_left_is_told_sent_and_fed_nothing_more(engine: Engine, leaving: str) -> None:
    unit = act(engine, "select id from jiantu.unit order by id limit 1")
    person = act(
        engine, "insert into jiantu.account (name, display_name) values ('li', '李') returning id"
    )
    act(
        engine,
        "insert into jiantu.membership (account_id, unit_id, role) values (:id, :unit, 'reader') returning id",
        id=person,
        unit=unit,
    )
    mine = {"unit_id": unit, "account_id": person}
    token = watch(engine, Place("我的", road="东风路"), Ways(email="li@example.org"), **mine)
    commit(engine, dig("X", "ab", SOON))
    act(engine, leaving, id=person)
    commit(engine, dig("Y", "ab", SOON))
    sent: list[Any] = []
    with acting_session(engine, COMMAND) as session:
        found = session.scalar(text("select count(*) from jiantu.notification"))
        assert not send_next(session, sent.append, datetime.now(UTC))
        with pytest.raises(NotFoundError):
            find_feed(session, hashlib.sha256(token.encode()).hexdigest())
    assert (found, sent) == (1, [])


def test_a_transaction_numbered_like_one_of_another_cluster_is_told_all_the_same(
    engine: Engine,
) -> None:
    watch(engine)
    with acting_session(engine, COMMAND) as session:
        take_role(session.connection(), Role.ENGINE)
        session.execute(
            text(
                "insert into jiantu.notification (subscription_id, change_id, lines, happened_at)"
                " select s.id, pg_current_xact_id()::text, '[]', '2025-01-01' from jiantu.watch_subscription s"
            )
        )
        take_role(session.connection(), Role.COMMAND)
        take(session, [dig("X", "ab", SOON)])
    assert len(told(engine)) == 2


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
