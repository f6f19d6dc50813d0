"""Fetching feeds over real sockets: what is taken, what is refused, and where nothing may lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo.importers import feed_fetch
from geo.importers.feed_fetch import FetchProblem, check_address, fetch
from tests.feed_server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.feed_server import Source


@pytest.fixture
def source() -> Iterator[Source]:
    """A server on this machine."""
    with serving() as made:
        yield made


def test_bytes_come_as_they_are_packed_or_not(source: Source) -> None:
    for packed in (False, True):
        source.body, source.packed = b'{"a": 1}' * 1_000, packed
        assert fetch(source.address).body == source.body


def test_what_has_not_changed_is_not_sent_again(source: Source) -> None:
    first = fetch(source.address)
    assert first.etag
    again = fetch(source.address, first.etag, first.modified)
    assert again.body is None
    assert source.answered == [200, 304]
    source.body = b"[]"
    assert fetch(source.address, first.etag, first.modified).body == b"[]"


@pytest.mark.parametrize("status", [204, 400, 403, 404, 500, 503])
def test_an_error_is_a_problem_in_words(source: Source, status: int) -> None:
    source.status = status
    with pytest.raises(FetchProblem, match=str(status)):
        fetch(source.address)


def test_an_answer_that_breaks_off_is_none(source: Source) -> None:
    source.body, source.cut_at = b"x" * 5_000, 2_000
    with pytest.raises(FetchProblem):
        fetch(source.address)


@pytest.mark.parametrize("packed", [False, True])
def test_too_much_is_not_read_to_its_end(
    source: Source, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(feed_fetch, "MAX_BYTES", 100_000)
    source.body, source.packed = b" " * 50_000_000, packed
    with pytest.raises(FetchProblem, match="过大"):
        fetch(source.address)


def test_a_source_that_is_too_slow_is_left(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_fetch, "ALL_SECONDS", -1.0)
    with pytest.raises(FetchProblem, match="太慢"):
        fetch(source.address)


def test_redirects_are_followed_but_not_for_ever(source: Source) -> None:
    with serving() as other:
        other.body = b"[1]"
        source.redirect = other.address
        assert fetch(source.address).body == b"[1]"
        other.redirect = source.address
        with pytest.raises(FetchProblem, match="次数过多"):
            fetch(source.address)
        assert len(source.asked) <= 2 + feed_fetch.MAX_REDIRECTS


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://a/b", "http://u:p@127.0.0.1/"])
def test_a_redirect_to_something_else_than_http_is_not_followed(
    source: Source, target: str
) -> None:
    source.redirect = target
    with pytest.raises(FetchProblem):
        fetch(source.address)


def test_an_open_host_cannot_lead_into_the_inner_network(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """127.0.0.1 plays the open network here and 127.0.0.2 the inner one."""
    monkeypatch.setattr(feed_fetch, "_is_inside", lambda address: address == "127.0.0.2")
    with serving("127.0.0.2") as inner:
        source.redirect = inner.address
        with pytest.raises(FetchProblem, match="内部网络"):
            fetch(source.address)
        assert inner.asked == []
        assert fetch(inner.address).body == inner.body, "an intranet's feed is the operator's word"


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0"]
)
def test_inner_addresses_are_known_as_such(address: str) -> None:
    assert feed_fetch._is_inside(address)  # noqa: SLF001  the rule itself
    assert not feed_fetch._is_inside("1.1.1.1")  # noqa: SLF001


@pytest.mark.parametrize(
    "address",
    ["", "feed", "ftp://a.example/x", "http://", "http://a@b.example/", "file://host/x", "file:x"],
)
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(FetchProblem):
        check_address(address)


def test_a_file_of_this_machine_is_read(tmp_path: Path) -> None:
    path = tmp_path / "数据 1.json"
    path.write_bytes(b"[]")
    assert fetch(path.as_uri()).body == b"[]"
    with pytest.raises(FetchProblem):
        fetch((tmp_path / "none.json").as_uri())


def test_a_host_that_does_not_exist_is_a_problem_in_words() -> None:
    with pytest.raises(FetchProblem, match="主机"):
        fetch("http://no-such-host.invalid/")
