"""The demo city's responsible units (责任单位), sponsor leaders and the plainly made-up companies that build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.demo.districts import DISTRICTS
from geo.records import LeaderRecord, UnitRecord

if TYPE_CHECKING:
    from geo.demo.plane import Plane

HOUSING = "市住房和城乡建设局"
URBAN_MANAGEMENT = "市城市管理局"
TRANSPORT = "市交通运输局"
WATER_BUREAU = "市水利局"
NATURAL_RESOURCES = "市自然资源局"
APPROVAL = "市行政审批服务局"
FINANCE = "市财政局"
DEVELOPMENT = "市发展和改革委员会"
INDUSTRY = "市工业和信息化局"
INVESTMENT = "市投资促进局"
EDUCATION = "市教育和体育局"
HEALTH = "市卫生健康委员会"
ECOLOGY = "市生态环境局"
EMERGENCY = "市应急管理局"
POLICE = "市公安局交通警察支队"
COMMAND = "市城建指挥部办公室"
CITY_BUILDER = "安河城市建设投资集团有限公司"
TRANSPORT_GROUP = "安河交通发展集团有限公司"
INDUSTRY_GROUP = "安河产业投资集团有限公司"

# Name, short name, English name, kind, code.
_CITY_UNITS: tuple[tuple[str, str, str, str, str], ...] = (
    (HOUSING, "市住建局", "Housing and Construction Bureau", "department", "housing"),
    (TRANSPORT, "市交通局", "Transport Bureau", "department", "transport"),
    (WATER_BUREAU, "市水利局", "Water Resources Bureau", "department", "water-resources"),
    (
        NATURAL_RESOURCES,
        "市自然资源局",
        "Natural Resources Bureau",
        "department",
        "natural-resources",
    ),
    (APPROVAL, "市审批局", "Administrative Approval Bureau", "department", "approval"),
    (FINANCE, "市财政局", "Finance Bureau", "department", "finance"),
    (DEVELOPMENT, "市发改委", "Development and Reform Commission", "department", "development"),
    (INDUSTRY, "市工信局", "Industry and Information Bureau", "department", "industry"),
    (INVESTMENT, "市投促局", "Investment Promotion Bureau", "department", "investment"),
    (EDUCATION, "市教体局", "Education and Sports Bureau", "department", "education"),
    (HEALTH, "市卫健委", "Health Commission", "department", "health"),
    (ECOLOGY, "市生态环境局", "Ecology and Environment Bureau", "department", "ecology"),
    (EMERGENCY, "市应急局", "Emergency Management Bureau", "department", "emergency"),
    (
        URBAN_MANAGEMENT,
        "市城管局",
        "Urban Management Bureau",
        "urban_management",
        "urban-management",
    ),
    (POLICE, "市交警支队", "Traffic Police", "police", "traffic-police"),
    (COMMAND, "市指挥部办公室", "Construction Command Office", "command", "command"),
    (CITY_BUILDER, "城投集团", "City Construction Group", "platform", "city-construction-group"),
    (TRANSPORT_GROUP, "交发集团", "Transport Development Group", "platform", "transport-group"),
    (INDUSTRY_GROUP, "产投集团", "Industry Investment Group", "platform", "industry-group"),
    ("安河水务集团有限公司", "水务集团", "Water Group", "platform", "water-group"),
)

CREWS = 7
"""In how many places each owner of lines can dig at once."""

# Utility, owner's name, short name, English name.
_OWNERS: tuple[tuple[str, str, str, str], ...] = (
    ("electricity", "安河供电公司", "供电公司", "Anhe Power Supply"),
    ("water", "安河自来水有限公司", "自来水公司", "Anhe Water Supply"),
    ("heat", "安河热力有限公司", "热力公司", "Anhe District Heating"),
    ("gas", "安河燃气有限公司", "燃气公司", "Anhe Gas"),
    ("drainage", "安河市排水管理中心", "排水中心", "Anhe Drainage"),
    ("china_mobile", "移动安河分公司", "移动公司", "China Mobile, Anhe"),
    ("china_unicom", "联通安河分公司", "联通公司", "China Unicom, Anhe"),
    ("china_telecom", "电信安河分公司", "电信公司", "China Telecom, Anhe"),
    ("broadcast", "广电网络安河分公司", "广电公司", "Broadcast Network, Anhe"),
    ("street_light", "安河市路灯管理处", "路灯处", "Anhe Street Lights"),
    ("traffic_signal", "交警支队科技设施大队", "交警设施大队", "Traffic Signals"),
)

OWNER = {utility: name for utility, name, _, _ in _OWNERS}
"""The owner of each utility's lines."""

CONTRACTORS = tuple(
    f"示例{word}有限公司"
    for word in (
        *(
            "建设集团",
            "市政工程",
            "路桥工程",
            "建筑安装",
            "水利工程",
            "园林绿化",
            "机电设备",
            "装饰工程",
        ),
        *(
            "第一建筑",
            "第二建筑",
            "第三建筑",
            "交通工程",
            "管道工程",
            "钢结构",
            "基础工程",
            "城建工程",
        ),
    )
)
"""Contractors: names that nobody can take for a real company."""

LEADERS = "甲乙丙丁戊己庚辛壬癸"


def government_of(plane: Plane, district: str) -> str:
    """The unit that answers for a district: its government, or its management committee."""
    kind = next(kind for code, _, _, kind in DISTRICTS if code == district)
    name = plane.prefix + next(name for code, name, _, _ in DISTRICTS if code == district)
    return f"{name}管理委员会" if kind == "zone" else f"{name}人民政府"


def make_units(plane: Plane) -> list[UnitRecord]:
    """The city's forty units; in tiles after the first only the districts' own, for the city is one."""
    units = [
        UnitRecord(
            name=government_of(plane, code),
            kind="zone" if kind == "zone" else "district",
            code=plane.code(f"district-{code}").lower(),
            short_name=plane.prefix + name,
            name_en=f"{english} {'Committee' if kind == 'zone' else 'Government'}",
        )
        for code, name, english, kind in DISTRICTS
    ]
    if plane.tile:
        return units
    city = [
        UnitRecord(name=name, kind=kind, code=code, short_name=short, name_en=english)
        for name, short, english, kind, code in _CITY_UNITS
    ]
    owners = [
        UnitRecord(
            name=name,
            kind="utility",
            code=utility.replace("_", "-"),
            short_name=short,
            name_en=english,
            utility=utility,
            crews=CREWS,
        )
        for utility, name, short, english in _OWNERS
    ]
    return [*city, *units, *owners]


def make_leaders(plane: Plane) -> list[LeaderRecord]:
    """The sponsor leaders, named by letters."""
    if plane.tile:
        return []
    posts = ("市委常委、副市长", "副市长", "市人大常委会副主任", "市政协副主席")
    return [
        LeaderRecord(name=f"市领导{letter}", post=posts[min(3, index // 3)], rank=index + 1)
        for index, letter in enumerate(LEADERS)
    ]
