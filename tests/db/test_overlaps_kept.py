"""Pairs kept with every change: the same as made anew, whoever writes, in whatever order, on whatever day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from shapely.geometry import Polygon
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.console import print_overlaps
from geo.changes.batches import take_batch
from geo.changes.editing import remove_record
from geo.changes.overlaps import rebuild_overlaps, refresh_overlaps
from geo.changes.roll import roll_day
from geo.crs import to_wgs84
from geo.database.acting import Identity, Role, acting_session, make_engine, take_role
from geo.overlap import Code, Severity
from geo.queries.layers import get_layer, get_revisions
from geo.queries.overlap_contacts import _NEAR
from geo.queries.overlaps import OverlapFilter, find_overlaps, find_watches
from geo.records import Batch, PavementRecord, ZoneRecord
from tests.db.street import (
    STREET,
    closure,
    detour,
    dig,
    everything,
    found,
    ground,
    hours,
    street,
    take,
    zone,
)
from tests.factories import TODAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


LADDER = [
    street(code, letters, name=name)
    for code, letters, name in (
        *(("N1", "ab", "北街"), ("N2", "bc", "北街"), ("N3", "cd", "北街"), ("N4", "de", "北街")),
        *(("S1", "kl", "南街"), ("S2", "lm", "南街"), ("S3", "mn", "南街"), ("S4", "no", "南街")),
        *(("W0", "ak", "一巷"), ("W1", "bl", "二巷"), ("W2", "cm", "三巷")),
        *(("W3", "dn", "四巷"), ("W4", "eo", "五巷")),
    )
]
STRETCHES = ("ab", "bc", "cd", "de", "kl", "lm", "mn", "no", "ac", "ln")
AREAS = ("abgf", "bchg", "cdih", "fglk", "ghml", "acmk")


def some_days(random: Random) -> str:
    """Both days, or only one: what is left out stays as it was, so it must fit any other."""
    first = date(2026, 9, 1) + timedelta(days=random.randrange(300))
    last = first + timedelta(days=random.randrange(120))
    return random.choice([f"{first}..{last}"] * 8 + ["2026-09-01..", "..2027-12-31"])


def some_zone(random: Random, number: int) -> ZoneRecord:
    """A zone that always has the same kind, and anything else by chance."""
    code, when = f"Z{number:02}", some_days(random)
    shift = (float(random.randrange(-20, 20)), float(random.randrange(-20, 20)))
    common: dict[str, Any] = {
        "shift": shift,
        "tentative": random.random() < 0.1,
        "state": random.choice(
            ["planned", "planned", "planned", "confirmed", "draft", "withdrawn"]
        ),
        "hours": hours(random.choice(["22:00-06:00", "00:00-05:00", "06:00-22:00"]))
        if random.random() < 0.3
        else (),
    }
    match number % 5:
        case 0:
            return ground(code, random.choice(AREAS), when, project=f"P{number % 4}", **common)
        case 1 | 2:
            if random.random() < 0.2:
                common |= {"hands_over_to": "P0/Z00", "hands_over_on": date(2027, 3, 1)}
            more = {
                "unit": f"单位{number % 3}",
                "project": f"P{number % 4}" if number % 2 else None,
            }
            return dig(code, random.choice(STRETCHES), when, **more, **common)
        case 3:
            taken = random.choice([("full",), ("half",), ("full",)])
            more_parts = (detour(random.choice(["kadn", "akln", "ndak", "bl"])),)
            made_for = random.choice([None, "Z01", "P0/Z00"])
            return closure(
                code,
                random.choice(STRETCHES),
                when,
                taken=taken,
                more=more_parts,
                made_for=made_for,
                **common,
            )
        case _:
            kind = "event" if number % 2 else "control_area"
            common.pop("shift")
            facts = {"stops": ("all",)} if kind == "control_area" else {}
            return zone(
                kind, code, STREET.area(random.choice(AREAS), shift), when, **facts, **common
            )


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(4, 100))]
)
def test_keeping_gives_what_making_anew_gives(session: Session, seed: int) -> None:
    random = Random(seed)  # noqa: S311  chance, not secrecy
    take(session, [some_zone(random, number) for number in range(20)], LADDER)
    day = TODAY
    for step in range(12):
        chosen = random.sample(range(20), 1 + step % 3)
        take(session, [some_zone(random, number) for number in chosen], day=day)
        if step % 4 == 3:
            day += timedelta(days=random.randrange(1, 60))
            roll_day(session, day)
        if step % 3 == 2:
            kept = everything(session)
            assert rebuild_overlaps(session, day).changed_anything is False
            assert everything(session) == kept
    assert len(found(session)) > 3


def test_a_zone_moved_away_and_back_has_the_same_pairs(session: Session) -> None:
    home = [
        dig("A", "ac"),
        dig("B", "bl", shift=(0.0, 5.0)),
        closure("C", "ab"),
        ground("D", "abgf"),
    ]
    take(session, home, LADDER)
    before = everything(session)
    take(session, [dig("A", "ac", shift=(0.0, 5_000.0))])
    assert everything(session) != before
    take(session, [home[0]])
    assert everything(session) == before


def test_a_change_of_one_pair_leaves_the_others(session: Session) -> None:
    take(session, [dig("A", "ab"), dig("B", "ab"), dig("C", "de"), dig("D", "de")])
    ids = session.scalars(text("select id from jiantu.overlap order by zone_a")).all()
    take(session, [dig("A", "ab", "2027-04-01..2027-04-30")])
    days = session.scalars(text("select days::text from jiantu.overlap order by zone_a")).all()
    assert days == ["[2027-04-01,2027-05-01)", "[2027-03-01,2027-06-01)"]
    assert session.scalars(text("select id from jiantu.overlap order by zone_a")).all() == ids
    zones = session.scalars(text("select id from jiantu.zone")).all()
    assert refresh_overlaps(session, zones, TODAY).changed_anything is False


def test_a_work_that_is_late_meets_the_next_one_at_midnight(session: Session) -> None:
    late = dig("A", "ab", f"2026-09-01..{TODAY}", actual_start_on=date(2026, 9, 1))
    take(session, [late, dig("B", "ab", "2027-03-01..2027-03-31")])
    assert found(session) == {}
    assert roll_day(session, TODAY).zones == 0
    assert roll_day(session, TODAY + timedelta(days=1)).zones == 1
    assert found(session) == {("A", "B"): "heavy overlap"}
    assert roll_day(session, TODAY + timedelta(days=1)).zones == 0


def test_a_work_that_goes_on_past_its_last_day_is_drawn_anew_at_midnight(session: Session) -> None:
    late = dig("A", "ab", f"2026-09-01..{TODAY}", actual_start_on=date(2026, 9, 1))
    take(session, [late, closure("C", "no", "2027-03-01..2027-03-31")])
    before = get_revisions(session)
    assert '"last_on":"2026-11-23"' in get_layer(session, "relocations").replace(" ", "")
    roll_day(session, TODAY + timedelta(days=1))
    assert "last_on" not in get_layer(session, "relocations")
    after = get_revisions(session)
    assert after["relocations"] > before["relocations"]
    assert after["diversions"] == before["diversions"]


def test_a_projects_days_are_those_of_its_sites(session: Session) -> None:
    take(session, [ground("A", "abgf", None), dig("B", "ab", "2020-01-01..2020-02-01")])
    assert found(session) == {}
    session.execute(
        text("update jiantu.project set actual_start_on = '2019-01-01' where code = 'A'")
    )
    ids = session.scalars(text("select id from jiantu.zone")).all()
    refresh_overlaps(session, ids, TODAY)
    assert found(session) == {("A", "B"): "heavy overlap"}


def test_shapes_too_detailed_to_intersect_are_told_apart_from_others(session: Session) -> None:
    def comb(teeth: int, turned: bool) -> Polygon:
        points = [(0.0, 0.0)]
        for tooth in range(teeth):
            points += [
                (tooth + 0.0, 400.0),
                (tooth + 0.5, 400.0),
                (tooth + 0.5, 1.0),
                (tooth + 1, 1.0),
            ]
        points += [(teeth + 0.0, 0.0)]
        moved = [((y, x) if turned else (x, y)) for x, y in points]
        return Polygon([(438_000 + x, 4_146_000 + y) for x, y in moved])

    shapes = [to_wgs84(comb(400, turned), "EPSG:4548") for turned in (False, True)]
    zones = [zone("relocation", code, shape) for code, shape in zip("AB", shapes, strict=True)]
    take(session, zones)
    (pair,) = find_overlaps(session, OverlapFilter())
    assert (pair.severity, pair.area_m2) == (Severity.HEAVY, None)
    assert pair.sentences("zh")[0].startswith("共有一片场地(图形过于复杂,未量面积)")


def test_pairs_are_sought_by_their_index_by_those_who_may_read(session: Session) -> None:
    take(session, [dig("A", "ab"), dig("B", "ab")])
    session.execute(text("set local enable_seqscan = off"))
    for role in (Role.COMMAND, Role.ENGINE):
        take_role(session.connection(), role)
        plan = "\n".join(
            session.scalars(
                text(f"explain {_NEAR}"),
                {
                    "zones": [1],
                },
            )
        )
        scan = plan.split("ix_zone_part_wide_period", 1)[1]
        assert "shape_wide &&" in scan.split("Filter", 1)[0]


@pytest.mark.parametrize("table", ["overlap", "watch", "diversion_effect"])
@pytest.mark.parametrize("role", [Role.COMMAND, Role.LEADER])
def test_nobody_but_the_engine_writes_what_is_found(
    session: Session, role: Role, table: str
) -> None:
    take_role(session.connection(), role)
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(text(f"delete from jiantu.{table}"))  # noqa: S608  names of this test


def test_a_pair_is_of_zones_that_are_there(session: Session) -> None:
    take(session, [dig("A", "ab"), dig("B", "ab")])
    (pair,) = session.execute(text("select id, zone_a, zone_b from jiantu.overlap")).all()
    take_role(session.connection(), Role.ENGINE)
    for edit in (
        (
            "insert into jiantu.overlap (zone_a, zone_b, severity, findings)"
            " select zone_a, zone_b + 1000000, severity, findings from jiantu.overlap"
        ),
        "update jiantu.overlap set zone_b = zone_b + 1",
    ):
        with pytest.raises(DBAPIError, match="ForeignKeyViolation"), session.begin_nested():
            session.execute(text(edit))
    take_role(session.connection(), Role.COMMAND)
    session.execute(text("delete from jiantu.zone where id = :zone"), {"zone": pair.zone_b})
    assert session.scalar(text("select count(*) from jiantu.overlap")) == 0


_ADD_ZONE = text(
    """
    insert into jiantu.zone (kind, code, name, planned_start_on, planned_start_precision,
      planned_finish_on, planned_finish_precision, entered_on)
    values ('relocation', :code, :code, '2027-03-01', 'day', '2027-05-31', 'day', '2026-11-23')
    returning id
    """
)
_ADD_PART = text(
    """
    insert into jiantu.zone_part (zone_id, position, role, shape, shape_metric, shape_web,
      shape_wide, period)
    select :zone, 0, 'footprint', st_transform(shape, 4326), shape, st_transform(shape, 3857),
      shape, daterange('2026-11-23', null)
    from (select st_makeenvelope(:x, 4146000, :x + 50, 4146050, 4548) as shape) drawn
    """
)
WRITERS, EACH = 4, 15


def test_writers_at_once_miss_no_pair(fresh_dezhou_url: str) -> None:
    """Every zone overlaps every other; each is added in a transaction of its own."""

    def write(writer: int) -> None:
        engine = make_engine(fresh_dezhou_url, pool_size=1)
        identity = Identity(Role.COMMAND, f"test:{writer}")
        for number in range(EACH):
            with acting_session(engine, identity) as session:
                asked = {"code": f"W{writer}-{number}"}
                zone_id = session.scalar(_ADD_ZONE, asked)
                session.execute(_ADD_PART, {"zone": zone_id, "x": 438_000 + writer})
                refresh_overlaps(session, [int(zone_id or 0)], TODAY)
        engine.dispose()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    engine = make_engine(fresh_dezhou_url)
    with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
        total = WRITERS * EACH
        assert (
            session.scalar(text("select count(*) from jiantu.overlap")) == total * (total - 1) // 2
        )
        assert rebuild_overlaps(session, TODAY).changed_anything is False
    engine.dispose()


def test_pairs_of_a_day_are_listed_with_their_sentences(session: Session) -> None:
    take(session, [dig("A", "ab"), dig("B", "ab", "2027-05-01..2027-06-30"), dig("C", "bc")])
    pairs = find_overlaps(session, OverlapFilter(day=date(2027, 5, 10)))
    assert [(pair.a.code, pair.b.code, pair.severity) for pair in pairs] == [
        ("A", "B", Severity.HEAVY),
        ("A", "C", Severity.LIGHT),
        ("B", "C", Severity.LIGHT),
    ]
    assert pairs[0].sentences("zh") == ["共有场地200平方米,2027年5月1日至5月31日"]
    assert pairs[0].sentences("en") == ["They share 200 m², 1 May to 31 May 2027"]
    on_the_first = OverlapFilter(day=date(2027, 3, 1))
    assert [(p.a.code, p.b.code) for p in find_overlaps(session, on_the_first)] == [("A", "C")]
    only = OverlapFilter(severities=frozenset({Severity.HEAVY}), zone_id=pairs[0].a.id)
    assert [pair.b.code for pair in find_overlaps(session, only)] == ["B"]
    assert find_overlaps(session, OverlapFilter(codes=frozenset({Code.SHARED_TRENCH}))) == []


def test_pairs_with_a_draft_are_not_for_everybody(session: Session) -> None:
    take(session, [dig("A", "ab", state="draft"), dig("B", "ab")])
    assert find_overlaps(session, OverlapFilter()) == []
    assert len(find_overlaps(session, OverlapFilter(drafts=True))) == 1
    assert get_layer(session, "overlaps") == '{"type":"FeatureCollection","features":[]}'


def test_an_opportunity_is_listed_while_it_can_be_taken(session: Session) -> None:
    digs = [
        dig("A", "ac", "2027-03-01..2027-04-30"),
        dig("B", "ac", "2027-07-01..2027-08-31", shift=(0.0, -8.0)),
    ]
    take(session, digs, LADDER)
    for day, there in (("2025-06-30", 0), ("2025-07-01", 1), ("2027-02-28", 1), ("2027-03-01", 0)):
        listed = find_overlaps(session, OverlapFilter(day=date.fromisoformat(day)))
        assert len(listed) == there
    gas = [replace(digs[0], utility="gas"), digs[1]]
    take(session, gas)
    (pair,) = find_overlaps(session, OverlapFilter())
    assert pair.findings[0].anchors["share"] == "closure"
    assert pair.findings[0].anchors["saved_m"] == pytest.approx(200.0, abs=0.5)


def watched(session: Session) -> set[tuple[str, str]]:
    return {
        (seen.zone.code, seen.watch.code.value) for seen in find_watches(session, OverlapFilter())
    }


def test_work_on_a_carriageway_is_watched_until_a_diversion_is_there(session: Session) -> None:
    take(session, [dig("A", "ab", "2027-04-01..2027-05-01")], LADDER)
    assert watched(session) == {("A", "no_diversion")}
    covering = closure(
        "D", "ab", "2027-04-01..2027-05-01", taken=("half",), approval_number="1", unit="单位A"
    )
    take(session, [covering])
    assert ("A", "no_diversion") not in watched(session)
    take(session, [replace(covering, state="withdrawn")])
    assert ("A", "no_diversion") in watched(session)


def test_a_diversion_that_makes_no_pair_with_the_work_is_its_diversion_while_it_is_there(
    session: Session,
) -> None:
    when = "2027-04-01..2027-05-01"
    take(session, [ground("A", "acmk", when, hours=hours("06:00-22:00"))], LADDER)
    assert watched(session) == {("A", "no_diversion")}
    nightly = closure(
        "D", "ab", when, hours=hours("23:00-05:00"), taken=("half",), approval_number="1"
    )
    away = replace(nightly, parts=closure("D", "no").parts)
    for works, seen in ((nightly, False), (away, True), (nightly, False)):
        take(session, [works])
        assert found(session) == {}
        assert (("A", "no_diversion") in watched(session)) == seen
        kept = everything(session)
        rebuild_overlaps(session, TODAY)
        assert everything(session) == kept


def test_works_where_a_part_of_a_diversion_lay_are_watched_when_the_part_is_gone(
    session: Session,
) -> None:
    when = "2027-04-01..2027-05-01"
    take(session, [ground("A", "acmk", when, hours=hours("06:00-22:00"))], LADDER)
    nightly = closure(
        "D", "ab", when, hours=hours("23:00-05:00"), taken=("half",), approval_number="1"
    )
    elsewhere = closure("D", "no").parts
    for parts, seen in (
        ((*elsewhere, *nightly.parts), False),
        (elsewhere, True),
        ((*elsewhere, *nightly.parts), False),
    ):
        take(session, [replace(nightly, parts=parts)])
        assert found(session) == {}
        assert (("A", "no_diversion") in watched(session)) == seen
        assert rebuild_overlaps(session, TODAY).changed_anything is False
        assert (("A", "no_diversion") in watched(session)) == seen


def test_a_work_is_watched_when_its_diversion_is_taken_out_of_the_records(session: Session) -> None:
    when = "2027-04-01..2027-05-01"
    nightly = closure(
        "D", "ab", when, hours=hours("23:00-05:00"), taken=("half",), approval_number="1"
    )
    take(session, [ground("A", "acmk", when, hours=hours("06:00-22:00")), nightly], LADDER)
    assert ("A", "no_diversion") not in watched(session)
    row = session.execute(text("select id, version from jiantu.zone where code = 'D'")).one()
    remove_record(session, TODAY, "zone", row.id, row.version)
    assert ("A", "no_diversion") in watched(session)


def test_a_work_is_watched_when_the_link_to_its_diversion_is_cut(session: Session) -> None:
    when = "2027-04-01..2027-05-01"
    far = closure("D", "no", when, made_for="A", approval_number="1")
    take(session, [dig("A", "ab", when), dig("B", "ab", when), far], LADDER)
    assert ("A", "no_diversion") not in watched(session)
    before = everything(session)
    row = session.execute(text("select id, version, zone_id from jiantu.zone_link")).one()
    session.execute(text("delete from jiantu.zone_link where id = :id"), {"id": row.id})
    refresh_overlaps(session, [row.zone_id], TODAY)
    assert ("A", "no_diversion") in watched(session)
    kept = everything(session)
    assert kept != before
    rebuild_overlaps(session, TODAY)
    assert everything(session) == kept


def test_a_dig_in_new_pavement_is_watched(session: Session) -> None:
    pavement = PavementRecord("V1", "北街", STREET.area("acmk"), laid_on=date(2026, 5, 1))
    take(session, [dig("A", "fg", "2027-04-01..2027-05-01")])
    take_batch(session, Batch(pavements=[pavement]), TODAY)
    assert watched(session) == {("A", "repeat_dig")}
    (seen,) = find_watches(session, OverlapFilter())
    assert seen.sentence("zh").startswith("北街路面2026年5月1日新铺,5年内不得开挖")


def test_a_closure_has_an_impact_and_a_way_round(session: Session) -> None:
    take(session, [closure("A", "bc")], LADDER)
    row = session.execute(text("select * from jiantu.diversion_effect")).one()
    assert row.road_class == "secondary"
    assert row.shut_m == pytest.approx(100, abs=0.1)
    assert row.way_round_m == pytest.approx(180, abs=0.1)
    assert row.impact_points == {
        "duration": 5,
        "street": 3,
        "volume": None,
        "lanes": 5,
        "length": 4,
    }
    expected = (0.1 * 5 + 0.2 * 3 + 0.25 * 5 + 0.2 * 4) / 0.75
    assert float(row.impact) == pytest.approx(expected, abs=0.01)


def test_a_city_older_than_its_pairs_gets_them_at_the_next_roll(session: Session) -> None:
    take(session, [dig("A", "ab"), dig("B", "ab"), ground("C", "bcml")])
    before = everything(session)
    session.execute(text("update jiantu.zone_part set reach_m = null, shape_wide = shape_metric"))
    take_role(session.connection(), Role.ENGINE)
    session.execute(text("delete from jiantu.overlap"))
    session.execute(text("delete from jiantu.watch"))
    take_role(session.connection(), Role.COMMAND)
    roll_day(session, TODAY)
    assert everything(session) == before


def test_a_city_older_than_its_cases_gets_them_at_the_next_roll(session: Session) -> None:
    cases = text("select zone_a, zone_b, place, present, case_id is null from jiantu.case_pair")
    take(session, [dig("A", "ab"), dig("B", "ab"), ground("C", "bcml")])
    before = session.execute(cases).all()
    assert [row.present for row in before] == [True]
    take_role(session.connection(), Role.ENGINE)
    session.execute(text("delete from jiantu.case_pair"))
    take_role(session.connection(), Role.COMMAND)
    roll_day(session, TODAY)
    assert session.execute(cases).all() == before


def test_the_command_line_prints_a_day_worst_first(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    take(session, [dig("A", "ab", "2027-04-01..2027-05-01"), dig("B", "ab"), closure("C", "de")])
    wanted = OverlapFilter(day=date(2027, 4, 10))
    print_overlaps(find_overlaps(session, wanted), find_watches(session, wanted), "zh")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "◆ 重叠  A A (单位A) × B B (单位B)"
    assert lines[1] == "    共有场地200平方米,2027年4月1日至5月1日"
    assert lines[-1] == "重叠 1, 邻近 0, 机会 0, 单方提醒 3"
