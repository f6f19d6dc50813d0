"""What is built in the demo city: kinds of project by category, with what they are called, cost and need."""

from __future__ import annotations

from dataclasses import dataclass

from geo.demo import units


@dataclass(frozen=True)
class Kind:
    """A kind of project.

    `zh` and `en` may name {base} (a made-up name), {where} (the street it lies along) and {span} (from where
    to where on it). `place` says how
    its sites are found, `sites` how many a project has at least and at most.
    """

    key: str
    category: str
    count: int
    zh: str
    en: str
    place: str
    investment_wan: tuple[int, int]
    days: tuple[int, int]
    lead: str
    sites: tuple[int, int] = (1, 1)
    utilities: tuple[str, ...] = ()
    bundle: int = 0
    """How many of the kind's first projects are sub-projects (子项) of a bundle, led by one more."""
    bundle_zh: str = ""
    bundle_en: str = ""


DISTRICT = "district"
"""The lead is the government of the district in which the project lies."""

_ROAD_LINES = ("water", "gas", "heat", "drainage", "electricity", "china_unicom", "street_light")

# fmt: off
KINDS: tuple[Kind, ...] = (
    Kind("school", "key", 9, "{base}学校新建工程", "{base} School", "lot:city,town", (6_000, 22_000), (420, 640),
         units.EDUCATION, (1, 2), bundle=4, bundle_zh="教育强基学校建设(打包项目)",
         bundle_en="School building programme"),
    Kind("hospital", "key", 4, "{base}医院新院区", "{base} Hospital, new campus", "lot:city", (35_000, 120_000),
         (700, 980), units.HEALTH),
    Kind("resettlement", "key", 8, "{base}片区安置房", "{base} resettlement housing", "lot:city,town", (28_000, 90_000),
         (600, 900), DISTRICT, (2, 3)),
    Kind("renewal", "key", 6, "{base}片区城市更新", "{base} urban renewal", "lot:old_town,city", (40_000, 160_000),
         (620, 980), DISTRICT, (2, 4)),
    Kind("water_plant", "key", 3, "{base}水厂扩建工程", "{base} waterworks", "lot:industrial", (18_000, 42_000),
         (420, 620), "安河水务集团有限公司"),
    Kind("sewage", "key", 3, "{base}污水处理厂提标扩建", "{base} sewage works upgrade", "lot:industrial",
         (16_000, 38_000), (380, 600), "安河水务集团有限公司"),
    Kind("heat_plant", "key", 2, "{base}热源厂及配套管网", "{base} heat plant and mains", "lot:industrial",
         (24_000, 60_000), (360, 560), units.HOUSING, (1, 2)),
    Kind("river", "key", 5, "安河({where}段)综合治理工程", "River works at {where}", "bank:800", (12_000, 45_000),
         (380, 620), units.WATER_BUREAU),
    Kind("canal", "key", 3, "运河文化公园({where}段)", "Canal park at {where}", "canal:900", (8_000, 26_000),
         (320, 520), units.CITY_BUILDER),
    Kind("culture", "key", 4, "{base}文体中心", "{base} Culture and Sports Centre", "lot:city,town", (15_000, 70_000),
         (480, 820), units.CITY_BUILDER),
    Kind("rental", "key", 6, "{base}保障性租赁住房", "{base} affordable rental housing", "lot:city", (14_000, 42_000),
         (480, 720), units.HOUSING),
    Kind("care", "key", 4, "{base}养老服务中心", "{base} care home", "part:city,town", (4_000, 13_000), (340, 520),
         units.HEALTH, (1, 2)),
    Kind("granary", "key", 3, "{base}粮食储备库", "{base} grain store", "lot:town,industrial", (8_000, 19_000),
         (300, 460), units.DEVELOPMENT),
    Kind("machines", "industry", 16, "示例{base}装备有限公司智能化技术改造", "Shili {base} Machinery: smart factory",
         "lot:industrial,town", (3_000, 28_000), (260, 520), units.INDUSTRY),
    Kind("materials", "industry", 12, "示例{base}新材料有限公司扩产项目", "Shili {base} Materials: expansion",
         "lot:industrial", (8_000, 60_000), (320, 600), units.INDUSTRY),
    Kind("food", "industry", 10, "示例{base}食品有限公司冷链加工技改", "Shili {base} Foods: cold processing",
         "lot:town,industrial", (2_600, 16_000), (220, 420), units.INDUSTRY),
    Kind("parts", "industry", 12, "示例{base}汽车零部件有限公司数字化车间", "Shili {base} Auto Parts: digital workshop",
         "lot:industrial", (4_000, 26_000), (260, 480), DISTRICT),
    Kind("textile", "industry", 8, "示例{base}纺织有限公司绿色印染改造", "Shili {base} Textiles: clean dyeing",
         "lot:town,industrial", (3_000, 18_000), (240, 460), DISTRICT),
    Kind("energy", "industry", 12, "示例{base}新能源有限公司储能设备制造", "Shili {base} Energy: storage systems",
         "lot:industrial", (12_000, 90_000), (340, 620), units.INDUSTRY_GROUP),
    Kind("trunk_road", "transport", 10, "{where}改建工程", "{where} reconstruction", "highway:trunk", (18_000, 120_000),
         (420, 760), units.TRANSPORT, (1, 3)),
    Kind("country_road", "transport", 9, "{where}提升改造", "{where} upgrade", "highway:tertiary", (900, 5_200),
         (150, 300), DISTRICT, (1, 2), bundle=5, bundle_zh="“四好农村路”提升工程(打包项目)",
         bundle_en="Country roads programme"),
    Kind("bridge", "transport", 4, "{where}跨河大桥", "{where} bridge", "bridge", (9_000, 36_000), (420, 680),
         units.TRANSPORT, utilities=("electricity", "water", "gas")),
    Kind("hub", "transport", 2, "{base}综合交通枢纽", "{base} transport hub", "lot:industrial", (30_000, 110_000),
         (560, 860), units.TRANSPORT_GROUP, (1, 2)),
    Kind("bus", "transport", 6, "{base}公交首末站及充电站", "{base} bus depot", "part:city", (1_800, 7_000), (200, 360),
         units.TRANSPORT_GROUP, (1, 2)),
    Kind("expressway", "transport", 4, "{where}改扩建", "{where} widening", "highway:motorway", (90_000, 420_000),
         (720, 1_080), units.TRANSPORT, (1, 2)),
    Kind("port", "transport", 2, "运河{base}作业区码头", "{base} canal wharf", "canal:500", (12_000, 30_000),
         (400, 600), units.TRANSPORT_GROUP),
    Kind("station_road", "transport", 3, "{where}连接线工程", "{where} link road", "highway:secondary,tertiary",
         (6_000, 24_000), (300, 520), units.TRANSPORT),
    Kind("park_industrial", "investment", 14, "{base}智能制造产业园", "{base} Industrial Park", "lot:industrial",
         (20_000, 150_000), (420, 760), units.INVESTMENT, (1, 2)),
    Kind("cold_chain", "investment", 7, "{base}冷链物流园", "{base} Cold Chain Park", "lot:industrial,town",
         (9_000, 48_000), (340, 560), DISTRICT),
    Kind("mall", "investment", 8, "{base}商业综合体", "{base} Mall", "lot:city", (30_000, 160_000), (560, 900),
         units.INVESTMENT),
    Kind("hotel", "investment", 5, "{base}酒店", "{base} Hotel", "part:city", (9_000, 36_000), (480, 720), DISTRICT),
    Kind("pharma", "investment", 10, "{base}生物医药产业基地", "{base} Bio Park", "lot:industrial", (16_000, 120_000),
         (460, 760), units.INVESTMENT),
    Kind("data_centre", "investment", 5, "{base}云计算数据中心", "{base} Data Centre", "lot:industrial",
         (26_000, 140_000), (400, 640), units.INDUSTRY_GROUP),
    Kind("food_park", "investment", 7, "{base}预制菜产业园", "{base} Food Park", "lot:town,industrial", (7_000, 42_000),
         (340, 560), DISTRICT),
    Kind("wellness", "investment", 4, "{base}康养小镇", "{base} Wellness Village", "lot:town,city", (18_000, 80_000),
         (560, 860), DISTRICT, (1, 2)),
    Kind("street", "urban", 15, "{where}{span}道路改造工程", "{where} street works",
         "street:primary,secondary,tertiary", (2_200, 19_000), (180, 420), units.HOUSING, (1, 3),
         utilities=_ROAD_LINES),
    Kind("sewers", "urban", 11, "{where}{span}雨污分流改造", "{where} sewer separation",
         "street:secondary,tertiary,primary", (1_600, 9_500), (150, 330), units.URBAN_MANAGEMENT, (1, 3),
         utilities=("water", "gas", "china_telecom"), bundle=6, bundle_zh="中心城区雨污分流改造工程(打包项目)",
         bundle_en="Sewer separation programme"),
    Kind("old_estate", "urban", 11, "{base}小区老旧小区改造", "{base} estate renewal", "part:city,old_town",
         (900, 5_200), (160, 300), units.HOUSING, (2, 4), bundle=6, bundle_zh="老旧小区改造工程(打包项目)",
         bundle_en="Estate renewal programme"),
    Kind("heat_main", "urban", 6, "{where}{span}供热管网改造", "{where} heat main", "street:secondary,primary,tertiary",
         (1_200, 6_800), (110, 220), units.HOUSING, (1, 2), utilities=("water", "china_mobile")),
    Kind("pocket_park", "urban", 6, "{base}口袋公园", "{base} pocket park", "spot", (180, 900), (90, 180),
         units.URBAN_MANAGEMENT, (2, 4)),
    Kind("park", "urban", 4, "{where}公园提升改造", "{where} park renewal", "park", (1_600, 8_000), (200, 360),
         units.URBAN_MANAGEMENT),
    Kind("greenway", "urban", 4, "滨河绿道({where}段)", "Riverside greenway at {where}", "greenway:1100",
         (1_500, 7_000), (180, 320), units.CITY_BUILDER),
    Kind("parking", "urban", 4, "{base}公共停车场", "{base} car park", "part:city", (1_200, 6_000), (180, 320),
         units.CITY_BUILDER, (1, 3)),
    Kind("cables", "urban", 5, "{where}{span}杆线入地工程", "{where} cables underground", "street:primary,secondary",
         (900, 4_200), (120, 240), units.URBAN_MANAGEMENT,
         utilities=("electricity", "china_unicom", "china_mobile", "broadcast")),
    Kind("flooding", "urban", 4, "{where}积水点整治", "{where} flooding spot", "spot", (160, 800), (80, 150),
         units.URBAN_MANAGEMENT, (2, 4), utilities=("drainage",)),
)
# fmt: on

PREFIX = {"key": "ZD", "industry": "GY", "transport": "JT", "investment": "ZS", "urban": "CJ"}
"""How project codes of a category begin."""

HEADQUARTERS = {
    "key": "重点项目指挥部",
    "industry": "工业强市指挥部",
    "transport": "交通建设指挥部",
    "investment": "招商引资指挥部",
    "urban": "城市建设指挥部",
}
