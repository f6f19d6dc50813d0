"""What the demo city tells everybody: plain words, a few extensions and outages, and plainly made-up pictures."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from geo.changes.releases import (
    Outage,
    PlainWords,
    add_photo,
    announce_outage,
    release_extension,
    release_photo,
    release_words,
)
from geo.demo.pictures import draw_picture

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.records import Batch, ProjectRecord

PICTURED = 36
"""Projects that have pictures."""

PICTURES = 8
"""Different pictures; a drawing takes a tenth of a second."""

EXTENSIONS = 14
OUTAGES = 6

CHINA = timedelta(hours=8)

# fmt: off
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("学校", "新建教学楼和运动场,建成后增加约1,200个学位。",
     "A new school with a sports field: places for about 1,200 children."),
    ("医院", "新院区设800张床位,急诊、门诊和住院楼分期启用。",
     "A new campus with 800 beds; emergency, outpatient and ward buildings open one after another."),
    ("安置房", "为片区居民建设的安置住房,配套幼儿园和便民商业。",
     "Homes for the people who moved out of the quarter, with a kindergarten and shops."),
    ("水厂", "扩建净水车间,夏季高峰供水更稳。", "More clean water, so that taps run in summer."),
    ("污水", "提高污水处理能力,改善河道水质。", "Cleaner water for the river."),
    ("热源", "新增热源和主管网,冬季供暖覆盖更多小区。", "A new heat source and mains: more warm homes."),
    ("河", "清淤、护岸、植树,沿岸修步道。", "Dredging, new banks and trees, and a path along the water."),
    ("道路改造", "重铺路面和人行道,拓宽非机动车道,更换路灯。",
     "New carriageway and footways, a wider cycle lane, new lights."),
    ("雨污分流", "雨水和污水分开排放,减少积水和异味。", "Rain and sewage go separate ways: less flooding, no smell."),
    ("老旧小区", "楼体保温、管线更新、增设停车位和活动场地。",
     "Warmer walls, new pipes, parking and a place to meet."),
    ("供热管网", "更换老旧供热管道,减少爆管停暖。", "New heating pipes: fewer bursts, no cold weeks."),
    ("公园", "新增绿地、座椅和儿童活动区。", "More green, benches and a playground."),
    ("绿道", "沿河修建步行和骑行道。", "A path along the river for walking and cycling."),
    ("停车场", "新增公共停车位,缓解周边停车难。", "More public parking."),
    ("杆线入地", "架空线缆改到地下,道路更整洁安全。", "Overhead cables go under ground: a tidier, safer street."),
    ("积水", "改造排水设施,治理雨后积水。", "Better drains, so that rain no longer stands here."),
    ("大桥", "新建跨河通道,两岸出行更方便。", "A new way across the river."),
    ("公交", "新建公交首末站和充电车位。", "A bus depot with charging."),
    ("养老", "新建养老床位和日间照料中心。", "A care home with a day centre."),
    ("租赁", "面向新就业职工和青年的租赁住房。", "Homes to rent for people who begin to work here."),
    ("文体", "新建图书馆、剧场和体育馆。", "A library, a theatre and a sports hall."),
    ("改建", "改善路面和桥涵,提高通行能力。", "A better road surface and bridges."),
    ("产业园", "标准厂房和配套设施,提供就业岗位。", "Workshops for companies, and work for people."),
)
_ANYTHING = ("按计划推进建设,建成后服务周边居民和企业。", "Under way as planned, for the people around it.")

_REASONS = (
    ("地下管线迁改需要更多时间", "Moving the pipes under the road takes longer"),
    ("汛期停工,工期顺延", "Work stood still during the floods"),
    ("根据居民意见优化了设计", "The design was changed after residents had been heard"),
    ("为保障高考和节假日出行,部分路段调整了施工时间", "Work paused for the exams and the holidays"),
)
_AREAS = (
    ("{street}沿线及周边小区", "Along {street} and the estates around it"),
)
_OUTED = ("electricity", "water", "heat", "gas")
# fmt: on


def release_demo(session: Session, batch: Batch, day: date) -> None:
    """Release what the demo tells, for the projects of `batch` that are public. The same for the same arguments."""
    random = Random(20260103)  # noqa: S311  a made-up city
    public = sorted((one for one in batch.projects if one.public), key=lambda one: one.code)
    for project in public:
        zh, en = words_for(project)
        release_words(session, project.code, PlainWords(zh, en, investment=random.random() < 0.3))
    _release_extensions(session, batch, {one.code for one in public}, random)
    _announce_outages(session, batch, day, random)
    _show_pictures(session, public, day, random)


def words_for(project: ProjectRecord) -> tuple[str, str]:
    """What is said of a project of that name, in Chinese and English."""
    for part, zh, en in _WORDS:
        if part in project.name:
            return zh, en
    return _ANYTHING


def _release_extensions(session: Session, batch: Batch, public: set[str], random: Random) -> None:
    first = {
        plan.project: plan.finish.on
        for plan in batch.plans
        if plan.number == 0 and plan.site is None and plan.finish
    }
    later = {
        plan.project: plan
        for plan in sorted(batch.plans, key=lambda plan: plan.number)
        if plan.number > 0
        and plan.site is None
        and plan.finish is not None
        and plan.project in public
        and plan.project in first
        and plan.finish.on > first[plan.project]
    }
    for code in sorted(later)[:EXTENSIONS]:
        reason, reason_en = random.choice(_REASONS)
        release_extension(session, code, later[code].number, reason, reason_en)


def _announce_outages(session: Session, batch: Batch, day: date, random: Random) -> None:
    works = [
        zone
        for zone in batch.zones
        if zone.kind == "relocation"
        and zone.utility in _OUTED
        and zone.state in {"planned", "confirmed"}
        and not zone.tentative
        and zone.actual_finish_on is None
    ]
    works.sort(key=lambda zone: (zone.actual_start_on is None, zone.code))
    for number, zone in enumerate(works[:OUTAGES]):
        street = (zone.location_text or zone.name or "").split(",")[0].split("(")[0]
        area, area_en = _AREAS[0]
        begins_on = day + timedelta(number - 1)
        starts_at = datetime.combine(begins_on, time(8 + random.randint(0, 2)), UTC) - CHINA
        announce_outage(
            session,
            zone.code,
            Outage(
                starts_at,
                starts_at + timedelta(hours=random.randint(4, 9)),
                area.format(street=street),
                area_en.format(street=street),
                released=number < OUTAGES - 1,
            ),
        )


def _show_pictures(
    session: Session, public: list[ProjectRecord], day: date, random: Random
) -> None:
    drawn = [draw_picture(f"picture {number}") for number in range(PICTURES)]
    begun = [project for project in public if project.actual_start_on is not None]
    for project in random.sample(begun, min(PICTURED, len(begun))):
        for content in random.sample(drawn, random.randint(1, 2)):
            taken_on = day - timedelta(random.randint(1, 30))
            photo = add_photo(session, project.code, content, "image/jpeg", taken_on)
            release_photo(session, photo)
