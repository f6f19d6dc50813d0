"""Made-up names, always as a pair: Chinese first, English (pinyin) second."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


class Name(NamedTuple):
    """A name in both languages."""

    zh: str
    en: str


SUFFIXES = {
    "路": "Road",
    "大街": "Street",
    "大道": "Avenue",
    "街": "Street",
    "巷": "Lane",
    "胡同": "Hutong",
    "公路": "Highway",
    "高速": "Expressway",
    "线": "County Road",
}

SIDES = {"东": "East", "西": "West", "南": "South", "北": "North", "": ""}

# Pieces of street names with their pinyin; two of them make a name that sounds like any northern city's.
_FIRST = (
    "向阳 Xiangyang,建设 Jianshe,和平 Heping,光明 Guangming,兴隆 Xinglong,永安 Yong'an,文苑 Wenyuan,"
    "景明 Jingming,柳荫 Liuyin,槐安 Huai'an,长青 Changqing,富康 Fukang,吉祥 Jixiang,惠民 Huimin,明德 Mingde,"
    "育才 Yucai,健康 Jiankang,平安 Ping'an,团结 Tuanjie,前进 Qianjin,红星 Hongxing,利民 Limin,安泰 Antai,"
    "福源 Fuyuan,书香 Shuxiang,桃园 Taoyuan,杏林 Xinglin,枣园 Zaoyuan,荷塘 Hetang,东盛 Dongsheng,"
    "天华 Tianhua,宏业 Hongye,银座 Yinzuo,金桥 Jinqiao,双龙 Shuanglong,七彩 Qicai,太平 Taiping,民生 Minsheng,"
    "顺河 Shunhe,南湾 Nanwan,北关 Beiguan,西仓 Xicang,东仓 Dongcang,古槐 Guhuai,石桥 Shiqiao,柳湖 Liuhu,"
    "安德 Ande,崇文 Chongwen,尚武 Shangwu,明月 Mingyue,清风 Qingfeng,瑞景 Ruijing,嘉和 Jiahe,丰收 Fengshou,"
    "广源 Guangyuan,恒丰 Hengfeng,德馨 Dexin,诚信 Chengxin,仁和 Renhe,礼乐 Liyue,锦绣 Jinxiu,翠湖 Cuihu,"
    "凤鸣 Fengming,龙泉 Longquan,鹤翔 Hexiang,松柏 Songbai,梧桐 Wutong,银杏 Yinxing,海棠 Haitang,牡丹 Mudan,"
    "芙蓉 Furong,玉兰 Yulan,紫薇 Ziwei,丁香 Dingxiang,月季 Yueji,金菊 Jinju,春晖 Chunhui,夏荷 Xiahe,"
    "秋实 Qiushi,冬青 Dongqing,晨光 Chenguang,晚霞 Wanxia,朝阳 Chaoyang,星河 Xinghe,云帆 Yunfan,远航 Yuanhang,"
    "创新 Chuangxin,智汇 Zhihui,启航 Qihang,腾飞 Tengfei,奋进 Fenjin,工农 Gongnong,纺织 Fangzhi,机床 Jichuang,"
    "货场 Huochang,粮库 Liangku,水厂 Shuichang,电厂 Dianchang,苗圃 Miaopu,果园 Guoyuan,菜市 Caishi,"
    "鼓楼 Gulou,钟楼 Zhonglou,学宫 Xuegong,文庙 Wenmiao,城隍 Chenghuang,察院 Chayuan,考棚 Kaopeng,"
    "盐市 Yanshi,米市 Mishi,布市 Bushi,花市 Huashi,竹竿 Zhugan,油坊 Youfang,磨坊 Mofang,染坊 Ranfang,"
    "井台 Jingtai,柴市 Chaishi,牛市 Niushi,骡马 Luoma,鞋市 Xieshi,银匠 Yinjiang,铁匠 Tiejiang,木匠 Mujiang"
)

_FAMILIES = (
    "刘 Liu,王 Wang,张 Zhang,李 Li,赵 Zhao,孙 Sun,马 Ma,高 Gao,郭 Guo,宋 Song,杨 Yang,于 Yu,韩 Han,冯 Feng,"
    "董 Dong,袁 Yuan,许 Xu,曹 Cao,邓 Deng,苏 Su,卢 Lu,丁 Ding,魏 Wei,薛 Xue,阎 Yan,潘 Pan,杜 Du,戴 Dai,"
    "夏 Xia,钟 Zhong,田 Tian,任 Ren,姜 Jiang,范 Fan,方 Fang,石 Shi,谭 Tan,邹 Zou,熊 Xiong,金 Jin,陆 Lu,郝 Hao,"
    "孔 Kong,白 Bai,崔 Cui,康 Kang,毛 Mao,邱 Qiu,秦 Qin,江 Jiang,史 Shi,顾 Gu,侯 Hou,邵 Shao,孟 Meng,龙 Long,"
    "万 Wan,段 Duan,钱 Qian,汤 Tang,尹 Yin,黎 Li,易 Yi,常 Chang,武 Wu,乔 Qiao,贺 He,赖 Lai,龚 Gong,文 Wen"
)

_VILLAGES = "庄 zhuang,楼 lou,营 ying,屯 tun,寨 zhai,官屯 guantun,家庄 jiazhuang,集 ji,店 dian,堂 tang,桥 qiao"


def _pairs(words: str) -> tuple[Name, ...]:
    return tuple(Name(*word.split()) for word in words.split(","))


FIRST = _pairs(_FIRST)
FAMILIES = _pairs(_FAMILIES)
VILLAGES = _pairs(_VILLAGES)

_NUMBERS = "一二三四五六七八九十"


def road_name(base: Name, suffix: str, side: str = "") -> Name:
    """A road's name: `road_name(东方红, 路, 东)` is 东方红东路, Dongfanghong East Road."""
    english = " ".join(word for word in (base.en, SIDES[side], SUFFIXES[suffix]) if word)
    return Name(f"{base.zh}{side}{suffix}", english)


def endless_roads(random: Random, suffixes: tuple[str, ...], *, taken: set[str]) -> Iterator[Name]:
    """Street names in a random order, none twice, none of `taken`; numbered ones when the plain ones run out."""
    bases = list(FIRST)
    random.shuffle(bases)
    for number in ("", *_NUMBERS):
        for index, base in enumerate(bases):
            suffix = suffixes[index % len(suffixes)]
            english = f"{base.en} {SUFFIXES[suffix]}"
            if number:
                english = f"{base.en} {SUFFIXES[suffix]} {_NUMBERS.index(number) + 1}"
            name = Name(f"{base.zh}{number}{suffix}", english)
            if name.zh not in taken:
                taken.add(name.zh)
                yield name


def endless_villages(random: Random) -> Iterator[Name]:
    """Village names in a random order, none twice."""
    pairs = [(family, kind) for family in FAMILIES for kind in VILLAGES]
    random.shuffle(pairs)
    for side in ("", *SIDES):
        for family, kind in pairs:
            front = SIDES[side] + " " if side else ""
            yield Name(f"{side}{family.zh}{kind.zh}", f"{front}{family.en}{kind.en}")
