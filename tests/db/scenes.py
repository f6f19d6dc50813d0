"""Street scenes: zones, roads, and the pair that a traffic officer would see in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from geo.records import PartRecord
from tests.db.street import (
    STREET,
    closure,
    detour,
    dig,
    ground,
    hours,
    street,
    zone,
)

if TYPE_CHECKING:
    from geo.records import RoadRecord, ZoneRecord

HEAVY, NEAR = "heavy overlap", "light near"


@dataclass(frozen=True)
class Case:
    says: str
    zones: list[ZoneRecord]
    pair: str | None
    roads: list[RoadRecord] = field(default_factory=list)


def spot(code: str, east: float, **facts: Any) -> ZoneRecord:
    return zone("relocation", code, STREET.spot("a", (east, 0.0)), **facts)


def fence(code: str, letters: str) -> ZoneRecord:
    return zone("site", code, STREET.line(letters), project=code)


def two_part_site(code: str, first: tuple[str, str], second: tuple[str, str]) -> ZoneRecord:
    parts = tuple(
        PartRecord(STREET.area(letters), first_on=day(since), last_on=day(until))
        for letters, (since, until) in (
            (first[0], first[1].split("..")),
            (second[0], second[1].split("..")),
        )
    )
    return zone("site", code, None, project=code, more=parts)


def day(words: str) -> date:
    return date.fromisoformat(words)


def haul(code: str, letters: str, **facts: Any) -> ZoneRecord:
    return zone("haul_route", code, STREET.line(letters), **facts)


def control(code: str, letters: str, **facts: Any) -> ZoneRecord:
    shift = facts.pop("shift", (0.0, 0.0))
    given = {"stops": ("earthwork",), **facts}
    return zone("control_area", code, STREET.area(letters, shift), **given)


def one_way(code: str, letters: str) -> ZoneRecord:
    centre = PartRecord(STREET.line(letters), "centre_line")
    return closure(code, letters, taken=("half",), passing="one_way", more=(centre,))


LADDER = [
    street("NW", "ab"),
    street("N", "bc"),
    street("NE", "cd"),
    street("SW", "kl"),
    street("S", "lm"),
    street("SE", "mn"),
    street("W1", "bl"),
    street("W2", "cm"),
    street("W3", "dn"),
    street("W0", "ak"),
]
"""Two streets 40 m apart, joined every 100 m."""

CASES = [
    Case("同一段路同一时间两家开挖,必须协调", [dig("A", "ab"), dig("B", "ab")], HEAVY),
    Case(
        "一家完工后另一家才开工,互不影响",
        [dig("A", "ab", "2027-03-01..2027-03-31"), dig("B", "ab", "2027-04-01..2027-04-30")],
        None,
    ),
    Case(
        "只在交接那天同在,知会即可",
        [dig("A", "ab", "2027-03-01..2027-04-01"), dig("B", "ab", "2027-04-01..2027-04-30")],
        NEAR,
    ),
    Case(
        "当天的一日工程不是交接",
        [dig("A", "ab", "2027-04-01..2027-04-01"), dig("B", "ab", "2027-04-01..2027-04-30")],
        HEAVY,
    ),
    Case("两沟首尾相接,只是碰头", [dig("A", "ab"), dig("B", "bc")], NEAR),
    Case("丁字相交,路口的沟是同一块地", [dig("A", "ac"), dig("B", "bg")], HEAVY),
    Case("丁字支沟离主沟一米停住,邻近", [dig("A", "ac"), dig("B", "bl", shift=(0.0, -2.0))], NEAR),
    Case("十字交叉,路口要轮流挖", [dig("A", "ac"), dig("B", "bl", shift=(0.0, 5.0))], HEAVY),
    Case("围挡线贴着别家红线,只是相接", [ground("A", "ablk"), fence("B", "bl")], NEAR),
    Case("围挡线穿过别家场地,没有面积", [ground("A", "acmk"), fence("B", "bl")], NEAR),
    Case("两根杆相距五米,作业圈相叠", [spot("A", 0.0), spot("B", 5.0)], HEAVY),
    Case("两根杆相距十五米,邻近", [spot("A", 0.0), spot("B", 15.0)], NEAR),
    Case("两根杆相距十七米,无关", [spot("A", 0.0), spot("B", 17.0)], None),
    Case(
        "工地隔路九米半,在缓冲内",
        [ground("A", "ablk"), ground("B", "bcml", shift=(9.5, 0.0))],
        NEAR,
    ),
    Case(
        "工地隔路十米半,出了缓冲",
        [ground("A", "ablk"), ground("B", "bcml", shift=(10.5, 0.0))],
        None,
    ),
    Case(
        "重叠不到一平方米,按邻近",
        [ground("A", "ablk"), ground("B", "bcml", shift=(-0.02, 0.0))],
        NEAR,
    ),
    Case(
        "夜里22点到6点与0点到5点,同在凌晨",
        [dig("A", "ab", hours=hours("22:00-06:00")), dig("B", "ab", hours=hours("00:00-05:00"))],
        HEAVY,
    ),
    Case(
        "10日夜班延到11日清晨,碰上11日凌晨开工的",
        [
            dig("A", "ab", "2027-03-01..2027-03-10", hours=hours("22:00-06:00")),
            dig("B", "ab", "2027-03-11..2027-03-20", hours=hours("00:00-05:00")),
        ],
        HEAVY,
    ),
    Case(
        "10日22点收工,11日0点开工,不碰头",
        [
            dig("A", "ab", "2027-03-01..2027-03-10", hours=hours("06:00-22:00")),
            dig("B", "ab", "2027-03-11..2027-03-20", hours=hours("00:00-05:00")),
        ],
        None,
    ),
    Case(
        "一家白班一家夜班,错开了",
        [dig("A", "ab", hours=hours("06:00-22:00")), dig("B", "ab", hours=hours("22:00-06:00"))],
        None,
    ),
    Case(
        "一家平日一家周末,错开了",
        [
            dig("A", "ab", hours=hours("08:00-18:00", (1, 2, 3, 4, 5))),
            dig("B", "ab", hours=hours("08:00-18:00", (6, 7))),
        ],
        None,
    ),
    Case(
        "周日夜班延到周一,碰上周一早班",
        [
            dig("A", "ab", hours=hours("22:00-07:00", (7,))),
            dig("B", "ab", hours=hours("06:00-18:00", (1,))),
        ],
        HEAVY,
    ),
    Case(
        "逾期未完的沟何时结束没人知道,明年的也碰上",
        [
            dig("A", "ab", "2026-09-01..2026-10-31", actual_start_on=day("2026-09-01")),
            dig("B", "ab", "2028-03-01..2028-04-30"),
        ],
        HEAVY,
    ),
    Case(
        "按期在建的到期就完,明年的不碰",
        [
            dig("A", "ab", "2026-09-01..2026-12-31", actual_start_on=day("2026-09-01")),
            dig("B", "ab", "2028-03-01..2028-04-30"),
        ],
        None,
    ),
    Case(
        "开工日不明,从登记之日算起",
        [dig("A", "ab", "..2027-01-31"), dig("B", "ab", "2026-12-01..2026-12-31")],
        HEAVY,
    ),
    Case(
        "结束日不明,一直算下去",
        [dig("A", "ab", "2027-03-01.."), dig("B", "ab", "2029-03-01..2029-04-01")],
        HEAVY,
    ),
    Case("没有图形的只列出来,不成对", [zone("relocation", "A", None), dig("B", "ab")], None),
    Case(
        "一方暂定,先知会",
        [dig("A", "ab", tentative=True), dig("B", "ab")],
        NEAR.replace("near", "overlap"),
    ),
    Case("一方还是草稿,先知会", [dig("A", "ab", state="draft"), dig("B", "ab")], "light overlap"),
    Case("撤回的不算", [dig("A", "ab", state="withdrawn"), dig("B", "ab")], None),
    Case(
        "已完工的不算",
        [
            dig(
                "A",
                "ab",
                state="finished",
                actual_start_on=day("2026-03-01"),
                actual_finish_on=day("2026-10-31"),
            ),
            dig("B", "ab"),
        ],
        None,
    ),
    Case(
        "一个工程的两期不算冲突,各期日期不同也不碰别家",
        [
            two_part_site(
                "A", ("abgf", "2027-03-01..2027-03-31"), ("bchg", "2027-05-01..2027-05-31")
            ),
            ground("B", "abgf", "2027-05-01..2027-05-31", shift=(-15.0, 0.0)),
        ],
        None,
    ),
    Case(
        "另一期正好碰上别家",
        [
            two_part_site(
                "A", ("abgf", "2027-03-01..2027-03-31"), ("bchg", "2027-05-01..2027-05-31")
            ),
            ground("B", "bchg", "2027-05-10..2027-06-30"),
        ],
        HEAVY,
    ),
    Case(
        "同一项目同一单位的两张证,自家的事",
        [
            dig("A", "ab", project="P", unit="供水公司"),
            dig("B", "ab", project="P", unit="供水公司"),
        ],
        None,
    ),
    Case(
        "同一项目的电力和供水两家,仍要协调",
        [dig("A", "ab", project="P"), dig("B", "ab", project="P")],
        HEAVY,
    ),
    Case(
        "同一项目的两个点位,自家的事",
        [ground("A", "ablk", project="P"), ground("B", "ablk", project="P")],
        None,
    ),
    Case(
        "为自家工地封的路,不算冲突",
        [ground("A", "abgf", project="P"), closure("B", "ab", made_for="P/A")],
        None,
    ),
    Case("别家封路封到工地门口", [ground("A", "abgf"), closure("B", "ab")], HEAVY),
    Case(
        "渣土车走自家工地的封闭段",
        [
            ground("S", "abgf", "..", project="P", shift=(0, 200)),
            closure("A", "bc", made_for="P/S"),
            haul("B", "ad", project="P"),
        ],
        None,
    ),
    Case(
        "渣土车走别家的封闭段,过不去",
        [closure("A", "bc"), haul("B", "ad", project="P")],
        "heavy route_blocked",
    ),
    Case(
        "渣土车走半幅占道,过得去",
        [closure("A", "bc", taken=("half",)), haul("B", "ad")],
        "light route_blocked",
    ),
    Case("渣土车与工地不成对", [ground("A", "abgf"), haul("B", "ad")], None),
    Case(
        "绕行线从别家封闭段的端头起步,只是相接",
        [closure("A", "ab"), closure("B", "kl", more=(detour("bcml"),))],
        NEAR,
    ),
    Case("绕行线从自家封闭段起步,与谁都无关", [closure("A", "ab", more=(detour("aklb"),))], None),
    Case(
        "绕行线穿过别家全封闭",
        [closure("A", "bc"), closure("B", "kl", more=(detour("kadnl"),))],
        "heavy detour_blocked+near",
    ),
    Case(
        "绕行线穿过自家关联工程的全封闭,照样过不去",
        [closure("A", "bc"), closure("B", "kl", made_for="A", more=(detour("kadnl"),))],
        "heavy detour_blocked",
    ),
    Case(
        "绕行线经过半幅占道,过得去",
        [closure("A", "bc", taken=("half",)), closure("B", "kl", more=(detour("kadnl"),))],
        NEAR,
    ),
    Case(
        "行人绕行线经过放行行人的封闭段",
        [
            closure("A", "bc", still_pass=("foot",)),
            closure("B", "kl", more=(detour("kadnl", "foot"),)),
        ],
        NEAR,
    ),
    Case(
        "绕行线逆着别家的单行",
        [one_way("A", "bc"), closure("B", "kl", more=(detour("ndak"),))],
        "heavy detour_blocked+near",
    ),
    Case(
        "绕行线顺着别家的单行",
        [one_way("A", "bc"), closure("B", "kl", more=(detour("kadn"),))],
        NEAR,
    ),
    Case(
        "两处绕行同向挤上一条路",
        [closure("A", "kl", more=(detour("ad"),)), closure("B", "no", more=(detour("be"),))],
        "heavy detours_stacked+near",
    ),
    Case(
        "两处绕行方向相反,各走各的",
        [closure("A", "kl", more=(detour("ad"),)), closure("B", "no", more=(detour("eb"),))],
        NEAR,
    ),
    Case(
        "两处绕行只在路口交叉",
        [
            closure("A", "kl", more=(detour("ac", width_m=7.0),)),
            closure("B", "no", more=(detour("bl", width_m=7.0, shift=(0, 20)),)),
        ],
        NEAR,
    ),
    Case(
        "行人绕行与机动车绕行同路,不叠加",
        [
            closure("A", "kl", more=(detour("ad"),)),
            closure("B", "no", more=(detour("be", "foot"),)),
        ],
        NEAR,
    ),
    Case("管控区内停工", [control("A", "acmk"), ground("B", "abgf")], "light control_stop"),
    Case("豁免项目照常施工", [control("A", "acmk", exempt=("B",)), ground("B", "abgf")], None),
    Case("管控区不管管线迁改", [control("A", "acmk"), dig("B", "ab")], None),
    Case(
        "管控区边上三米,不停工但要知道",
        [control("A", "ablk"), ground("B", "bcml", shift=(3.0, 0.0))],
        NEAR,
    ),
    Case("活动占了要封的路", [closure("A", "ab"), zone("event", "B", STREET.area("abgf"))], HEAVY),
    Case(
        "抢修压到正在施工的工地",
        [
            dig("A", "fg", "2026-11-23..2026-11-25", emergency=True),
            ground("B", "ablk", "2026-10-01..2027-03-31"),
        ],
        HEAVY,
    ),
    Case(
        "迁改赶不上移交",
        [
            ground("S", "abgf", project="P"),
            dig(
                "A",
                "ab",
                "2027-01-01..2027-04-30",
                hands_over_to="P/S",
                hands_over_on=day("2027-03-01"),
            ),
        ],
        "heavy relocation_late",
    ),
    Case(
        "迁改赶得上移交",
        [
            ground("S", "abgf", project="P"),
            dig(
                "A",
                "ab",
                "2027-01-01..2027-02-28",
                hands_over_to="P/S",
                hands_over_on=day("2027-03-01"),
            ),
        ],
        None,
    ),
    Case(
        "迁改已逾期,完成日没人知道",
        [
            ground("S", "abgf", project="P"),
            dig(
                "A",
                "ab",
                "2026-08-01..2026-10-31",
                actual_start_on=day("2026-08-01"),
                hands_over_to="P/S",
                hands_over_on=day("2027-03-01"),
            ),
        ],
        "heavy relocation_late",
    ),
    Case(
        "平行道路同时封闭",
        [closure("A", "bc"), closure("B", "lm")],
        "heavy parallel_closed",
        LADDER,
    ),
    Case(
        "平行道路先后封闭",
        [closure("A", "bc"), closure("B", "lm", "2027-08-01..2027-08-31")],
        None,
        LADDER,
    ),
    Case("封的不是替代道路", [closure("A", "ab"), closure("B", "mn")], None, LADDER),
    Case(
        "平行道路只占半幅", [closure("A", "bc"), closure("B", "lm", taken=("half",))], None, LADDER
    ),
    Case(
        "两家先后沿同一条路开挖,可同槽同期",
        [
            dig("A", "ac", "2027-03-01..2027-04-30"),
            dig("B", "ac", "2027-07-01..2027-08-31", shift=(0.0, -8.0)),
        ],
        "none shared_trench",
        LADDER,
    ),
    Case(
        "同槽的一家已经开工,来不及了",
        [
            dig("A", "ac", "2026-10-01..2027-04-30", actual_start_on=day("2026-10-01")),
            dig("B", "ac", "2027-07-01..2027-08-31", shift=(0.0, -8.0)),
        ],
        None,
        LADDER,
    ),
    Case(
        "同一家先后两次,自己安排",
        [
            dig("A", "ac", "2027-03-01..2027-04-30", unit="供水公司"),
            dig("B", "ac", "2027-07-01..2027-08-31", unit="供水公司", shift=(0.0, -8.0)),
        ],
        None,
        LADDER,
    ),
    Case(
        "相隔一年多,不必等",
        [
            dig("A", "ac", "2027-03-01..2027-04-30"),
            dig("B", "ac", "2028-07-01..2028-08-31", shift=(0.0, -8.0)),
        ],
        None,
        LADDER,
    ),
    Case(
        "并行不足五十米,不值得",
        [
            dig("A", "ab", "2027-03-01..2027-04-30"),
            dig("B", "bc", "2027-07-01..2027-08-31", shift=(-40.0, -8.0)),
        ],
        None,
        LADDER,
    ),
    Case(
        "影响机动车的管线工程多看五米:有导行",
        [
            dig("A", "ab"),
            closure("D", "ab", "2030-01-01..2030-01-02", made_for="A", taken=("motor_lane",)),
            ground("B", "bcml", shift=(14.0, 0.0)),
        ],
        NEAR,
    ),
    Case(
        "同样的管线没有导行,够不着", [dig("A", "ab"), ground("B", "bcml", shift=(14.0, 0.0))], None
    ),
    Case(
        "架空线与地下管同一段,仍是同一块地",
        [dig("A", "ab", placement="overhead"), dig("B", "ab")],
        HEAVY,
    ),
]
