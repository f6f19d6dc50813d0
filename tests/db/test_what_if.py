"""A look ahead gives the very pairs and watches that saving then gives, and leaves no trace."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from shapely.geometry import LineString, Polygon
from sqlalchemy import text

from geo.changes.what_if import look_ahead, suggest_periods
from geo.changes.zones import Author, Seen, change_zone, create_zone
from geo.crs import to_wgs84
from geo.errors import NotFoundError
from geo.overlap import Days, Severity
from geo.queries.zones import get_zone_draft, zone_tag
from geo.zoning import HoursDraft, LinkDraft, PartDraft, ZoneDraft
from tests.db.street import (
    BLOCK,
    SPRING,
    STREET,
    closure,
    detour,
    dig,
    everything,
    ground,
    street,
    take,
    zone,
)
from tests.factories import TODAY
from tests.shapes import DEZHOU

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

COMMAND = Author()
EDITS = 300
"""Random edits on which a look ahead is held against saving."""

_PAIRS = text(
    """
    select o.zone_a, o.zone_b, o.severity, o.findings::text, o.days::text,
      encode(st_asbinary(o.shape_metric), 'hex') as shape, o.area_m2, o.length_m, o.distance_m
    from jiantu.overlap o where :zone in (o.zone_a, o.zone_b) order by o.zone_a, o.zone_b
    """
)
_WATCHES = text(
    """
    select w.code, w.anchors, lower(w.days) as first_on, upper(w.days) - 1 as last_on
    from jiantu.watch w where w.zone_id = :zone
    """
)


def named(value: Any, zone_id: int) -> Any:
    """A value in which the zone's own id is a word, as it is another each time a new zone is tried."""
    if isinstance(value, dict):
        return {key: named(each, zone_id) for key, each in sorted(value.items())}
    if isinstance(value, list):
        return [named(each, zone_id) for each in value]
    return "own" if type(value) is int and value == zone_id else value  # metres are no ids


def kept_pairs(session: Session, zone_id: int) -> list[Any]:
    """The pairs of a zone as they are kept."""
    return sorted(
        (
            [
                row.zone_b if row.zone_a == zone_id else row.zone_a,
                row.severity,
                named(json.loads(row.findings), zone_id),
                row.days,
                (row.shape or "").lower(),
                None if row.area_m2 is None else float(row.area_m2),
                None if row.length_m is None else float(row.length_m),
                None if row.distance_m is None else float(row.distance_m),
            ]
            for row in session.execute(_PAIRS, {"zone": zone_id})
        ),
        key=repr,
    )


def kept_watches(session: Session, zone_id: int) -> list[Any]:
    """The watches of a zone as they are kept."""
    return sorted(
        (
            [row.code, dict(sorted(row.anchors.items())), row.first_on, row.last_on]
            for row in session.execute(_WATCHES, {"zone": zone_id})
        ),
        key=repr,
    )


def foreseen(
    session: Session, draft: ZoneDraft, zone_id: int | None
) -> tuple[list[Any], list[Any]]:
    """The same, as a look ahead tells them."""
    forecast = look_ahead(session, draft, COMMAND, TODAY, zone_id)
    pairs = [
        [
            each.other.id,
            each.row["severity"],
            named(each.row["findings"], each.own_id),
            span(each.row["first_on"], each.row["last_on"]),
            (each.row.get("wkb") or "").lower(),
            each.row.get("area_m2"),
            each.row.get("length_m"),
            each.row.get("distance_m"),
        ]
        for each in forecast.pairs
    ]
    watches = [
        [
            watch.code.value,
            json.loads(json.dumps(dict(sorted(watch.anchors.items())))),
            watch.days.first_on,
            watch.days.last_on,
        ]
        for watch in forecast.watches
    ]
    return sorted(pairs, key=repr), sorted(watches, key=repr)


def span(first: str | None, last: str | None) -> str | None:
    """Days as the database writes them."""
    if first is None:
        return None
    if last is None:
        return f"[{first},)"
    return f"[{first},{date.fromisoformat(last) + timedelta(days=1)})"


def scene(session: Session) -> None:
    """A busy street with roads, closures with detours, digs, sites, an event, a haul route and a control area."""
    roads = [
        street("R1", "abcde"),
        street("R2", "fghij"),
        street("R3", "klmno"),
        street("C1", "af"),
        street("C2", "ej"),
        street("C3", "fk"),
        street("C4", "jo"),
    ]
    works = [
        closure("D1", "bc", more=(detour("bghc"),)),
        closure("D2", "gh", more=(detour("glmh", "ebike"),), hours=()),
        dig("G1", "abc"),
        dig("G2", "cd", "2027-07-01..2027-08-31", placement="underground"),
        dig("G3", "kl", tentative=True),
        ground("P1", "ghml"),
        zone("event", "H1", STREET.area("cdih"), "2027-05-01..2027-05-05"),
        zone("haul_route", "Z1", STREET.line("klmno"), None),
        zone("control_area", "K1", STREET.area("aeok"), "2027-04-01..2027-04-10", stops=("all",)),
    ]
    take(session, works, roads)


KINDS = ("relocation", "diversion", "event", "site", "haul_route", "control_area")


def random_draft(random: Random, kind: str, project: int) -> ZoneDraft:
    """A work of a kind somewhere on the street, at any time about the spring."""
    first = date(2027, 1, 15) + timedelta(days=random.randrange(200))
    open_end = random.random() < 0.1
    last = None if open_end else first + timedelta(days=random.randrange(0, 60))
    facts: dict[str, Any] = {}
    if kind == "relocation":
        facts = {
            "utility": random.choice(["water", "heat", "electricity", "china_mobile"]),
            "placement": random.choice(["underground", "overhead"]),
            "step": random.choice([None, "cut_over"]),
        }
    if kind == "diversion":
        facts = {
            "taken": random.choice([("full",), ("half",), ("footway", "cycle_lane")]),
            "still_pass": random.choice([(), ("foot", "ebike")]),
            "passing": random.choice([None, "one_way", "detour"]),
            "side": random.choice([None, "both"]),
        }
    if kind == "control_area":
        facts = {"stops": ("all",)}
    return ZoneDraft(
        kind=kind,
        name="画的",
        project_id=project if kind == "site" else None,
        state=random.choice(["planned", "draft", "confirmed"]),
        first_on=first,
        last_on=last,
        tentative=random.random() < 0.2,
        emergency=kind == "relocation" and random.random() < 0.1,
        parts=random_parts(random, kind),
        hours=random.choice(
            [(), (HoursDraft(time(22), time(6)),), (HoursDraft(time(8), time(18), (1, 2)),)]
        ),
        **facts,
    )


def random_parts(random: Random, kind: str) -> tuple[PartDraft, ...]:
    def place() -> tuple[float, float]:
        return 438_000.0 + random.uniform(0, 420), 4_145_975.0 + random.uniform(0, 40)

    role = "taken" if kind == "diversion" else "footprint"
    if random.random() < 0.5 or kind == "haul_route":
        x, y = place()
        line = LineString([(x, y), (x + random.uniform(30, 150), y + random.uniform(-8, 8))])
        parts = [PartDraft(to_wgs84(line, DEZHOU), role, width_m=random.choice([None, 2.0, 8.0]))]
    else:
        x, y = place()
        wide, high = random.uniform(10, 120), random.uniform(3, 30)
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        parts = [PartDraft(to_wgs84(Polygon(corners), DEZHOU), role)]
    if kind == "diversion" and random.random() < 0.6:
        way = LineString([place() for _ in range(3)])
        mode = random.choice(["motor", "ebike", "foot"])
        parts.append(PartDraft(to_wgs84(way, DEZHOU), "detour", mode))
    if random.random() < 0.2:
        parts[0] = replace(parts[0], first_on=date(2027, 3, 1), last_on=date(2027, 3, 20))
    return tuple(parts)


def test_a_look_ahead_gives_what_saving_then_gives(session: Session) -> None:
    scene(session)
    random = Random(6)  # noqa: S311  no secret
    project = session.execute(text("select min(id) from jiantu.project")).scalar_one()
    drawn: list[int] = []
    seen_pairs = seen_watches = 0
    for number in range(EDITS):
        changed = random.choice(drawn) if drawn and random.random() < 0.5 else None
        kind = random.choice(KINDS) if changed is None else get_zone_draft(session, changed).kind
        draft = random_draft(random, kind, project)
        if kind == "diversion":
            draft = replace(draft, extension_reason="雨季")
        others = [other for other in drawn if other != changed]
        if others and random.random() < 0.3:
            link = LinkDraft(others[-1], random.choice(["belongs", "made_for"]))
            draft = replace(draft, links=(link,))
        before = everything(session) if number % 25 == 0 else None
        pairs, watches = foreseen(session, draft, changed)
        if before is not None:
            assert everything(session) == before
        if changed is None:
            saved = create_zone(session, draft, COMMAND, TODAY)
            drawn.append(saved.id)
        else:
            seen = Seen(changed, zone_tag(session, changed))
            saved = change_zone(session, seen, draft, COMMAND, TODAY)
        assert pairs == kept_pairs(session, saved.id), (number, draft)
        assert watches == kept_watches(session, saved.id), (number, draft)
        seen_pairs += len(pairs)
        seen_watches += len(watches)
        if len(drawn) > 25:
            # The street must not fill up, or nothing but crowds would be tried.
            gone = drawn.pop(0)
            session.execute(text("delete from jiantu.zone where id = :zone"), {"zone": gone})
    assert seen_pairs > EDITS
    assert seen_watches > EDITS / 3


def line(letters: str, **facts: Any) -> PartDraft:
    return PartDraft(STREET.line(letters), **facts)


def new_dig(letters: str, first: date, last: date | None, **facts: Any) -> ZoneDraft:
    """A trench of two metres that somebody is drawing."""
    return ZoneDraft(
        "relocation",
        name="新管",
        utility="water",
        placement="underground",
        first_on=first,
        last_on=last,
        parts=(line(letters, width_m=2.0),),
        **facts,
    )


def test_what_if_tells_with_whom_how_many_days_and_where(session: Session) -> None:
    take(session, [closure("D1", "bc", name="东风路导改", unit="交警支队")])
    draft = new_dig("abc", date(2027, 5, 20), date(2027, 6, 30))
    [pair] = look_ahead(session, draft, COMMAND, TODAY).pairs
    assert (pair.other.name, pair.other.unit, pair.severity) == ("东风路导改", "交警支队", "heavy")
    assert pair.days == Days(date(2027, 5, 20), date(2027, 5, 31))
    assert pair.shape is not None
    assert pair.shape["type"] == "Polygon"
    assert pair.sentences("zh") == ["共有场地200平方米,2027年5月20日至5月31日"]
    assert not pair.kept


def test_moved_away_the_pair_is_gone(session: Session) -> None:
    take(session, [closure("D1", "bc")])
    draft = new_dig("abc", date(2027, 6, 1), date(2027, 6, 30))
    assert look_ahead(session, draft, COMMAND, TODAY).pairs == []


def test_drafts_of_others_are_not_told_of(session: Session) -> None:
    take(session, [closure("D1", "bc", state="draft", unit="交警支队")])
    own = session.execute(text("select unit_id from jiantu.zone")).scalar_one()
    take(session, [dig("G9", "kl", unit="自来水")])
    other = session.execute(text("select unit_id from jiantu.zone where code = 'G9'")).scalar_one()
    draft = new_dig("abc", date(2027, 5, 20), date(2027, 6, 30), unit_id=other)
    stranger = Author(frozenset({other}), frozenset({other}))
    assert look_ahead(session, draft, stranger, TODAY).pairs == []
    assert len(look_ahead(session, draft, COMMAND, TODAY).pairs) == 1
    owner = Author(frozenset({own, other}), frozenset({own, other}))
    assert len(look_ahead(session, draft, owner, TODAY).pairs) == 1


def test_what_cannot_be_saved_is_told_and_makes_no_pairs(session: Session) -> None:
    take(session, [closure("D1", "bc")])
    draft = new_dig("abc", date(2027, 5, 20), date(2027, 4, 30))
    forecast = look_ahead(session, draft, COMMAND, TODAY)
    assert forecast.pairs == []
    assert [remark.zh for remark in forecast.remarks] == [
        "计划结束日2027-04-30早于计划开始日2027-05-20,请改正。"
    ]


def test_pairs_are_told_while_the_utility_is_still_to_be_chosen(session: Session) -> None:
    take(session, [closure("D1", "bc")])
    draft = replace(new_dig("abc", date(2027, 5, 20), date(2027, 6, 30)), utility=None)
    forecast = look_ahead(session, draft, COMMAND, TODAY)
    assert len(forecast.pairs) == 1
    assert [remark.field for remark in forecast.remarks] == ["utility"]


def test_another_units_zone_cannot_be_tried(session: Session) -> None:
    take(session, [dig("G1", "ab", unit="自来水"), dig("G2", "cd", unit="热力")])
    rows = session.execute(text("select id, unit_id from jiantu.zone order by code")).all()
    draft = get_zone_draft(session, rows[0].id)
    forecast = look_ahead(
        session,
        draft,
        Author(frozenset({rows[1].unit_id}), frozenset({rows[1].unit_id})),
        TODAY,
        rows[0].id,
    )
    assert [remark.field for remark in forecast.remarks] == ["unit_id"]
    assert forecast.pairs == []


def test_a_draft_of_another_unit_is_not_there_for_a_stranger(session: Session) -> None:
    take(session, [dig("G1", "ab", unit="自来水", state="draft"), dig("G2", "cd", unit="热力")])
    rows = session.execute(text("select id, unit_id from jiantu.zone order by code")).all()
    draft = get_zone_draft(session, rows[0].id)
    stranger = Author(frozenset({rows[1].unit_id}), frozenset({rows[1].unit_id}))
    with pytest.raises(NotFoundError):
        look_ahead(session, draft, stranger, TODAY, rows[0].id)


def test_the_nearest_free_periods_are_before_and_after_the_closure(session: Session) -> None:
    take(session, [closure("D1", "bc", "2027-05-10..2027-05-31")])
    draft = new_dig("abc", date(2027, 5, 15), date(2027, 5, 24))
    found = suggest_periods(session, draft, COMMAND, TODAY)
    assert found is not None
    # The hand-over day itself is only near, not heavy.
    assert found.earlier == Days(date(2027, 5, 1), date(2027, 5, 10))
    # Digging is forbidden during the university entrance examination, 5 to 10 June.
    assert found.later == Days(date(2027, 6, 11), date(2027, 6, 20))
    for period in (found.earlier, found.later):
        moved = replace(draft, first_on=period.first_on, last_on=period.last_on)
        forecast = look_ahead(session, moved, COMMAND, TODAY)
        assert all(pair.severity is not Severity.HEAVY for pair in forecast.pairs)
        assert all(watch.code != "service_window" for watch in forecast.watches)


def test_a_closure_is_free_again_when_the_way_round_it_is(session: Session) -> None:
    """What it is held against is the days that it has, and not the years that were searched."""
    closures = [closure(code, letters, SPRING) for code, letters in (("D1", "bc"), ("D2", "lm"))]
    take(session, closures, BLOCK)
    own = session.execute(text("select id from jiantu.zone where code = 'D2'")).scalar_one()
    draft = get_zone_draft(session, own)
    [pair] = look_ahead(session, draft, COMMAND, TODAY, own).pairs
    assert [finding.code for finding in pair.findings] == ["parallel_closed"]
    found = suggest_periods(session, draft, COMMAND, TODAY, own)
    assert found is not None
    assert found.later is not None
    assert found.later.first_on == date(2027, 5, 31)  # the hand-over day


def test_a_free_work_gets_no_suggestion(session: Session) -> None:
    draft = new_dig("abc", date(2027, 5, 15), date(2027, 5, 24))
    assert suggest_periods(session, draft, COMMAND, TODAY) is None


def test_a_dig_nearby_that_could_be_joined_is_offered_with_its_metres(session: Session) -> None:
    take(
        session,
        [dig("G1", "abc", "2027-03-01..2027-04-30", name="热力管", unit="热力公司")],
        [street("东风", "abcde")],
    )
    take(session, [dig("G2", "kl", "2027-03-01..2027-04-30", unit="自来水")])
    own = session.execute(text("select unit_id from jiantu.zone where code = 'G2'")).scalar_one()
    draft = new_dig("abc", date(2027, 7, 1), date(2027, 7, 20), unit_id=own)
    forecast = look_ahead(session, draft, COMMAND, TODAY)
    [joining] = forecast.joinings
    assert joining.other.name == "热力管"
    assert joining.saved_m == 200.0
    assert joining.days == Days(date(2027, 3, 1), date(2027, 3, 20))


def test_a_dig_is_joined_inside_the_service_windows_alone(session: Session) -> None:
    """Digging is forbidden until the last day of February: it is joined after that, or not at all."""
    take(
        session,
        [
            dig("G1", "abc", "2027-02-01..2027-03-24", name="热力管", unit="热力公司"),
            dig("G2", "cde", "2027-01-05..2027-02-20", name="雨水管", unit="排水中心"),
            dig("G3", "kl", unit="自来水"),
        ],
        [street("东风", "abcde")],
    )
    own = session.execute(text("select unit_id from jiantu.zone where code = 'G3'")).scalar_one()
    draft = new_dig("abcde", date(2027, 7, 1), date(2027, 7, 20), unit_id=own)
    forecast = look_ahead(session, draft, COMMAND, TODAY)
    assert {pair.other.name for pair in forecast.pairs if pair.saved_m} == {"热力管", "雨水管"}
    [joining] = forecast.joinings
    assert (joining.other.name, joining.days) == (
        "热力管",
        Days(date(2027, 3, 1), date(2027, 3, 20)),
    )
