"""The grammar of places in words: which road, between or at which others, which side, how much of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class Form(StrEnum):
    """What kind of place the words describe."""

    STRETCH = "stretch"
    """A road between two others: 东风路(湖滨大道至迎宾大街段)."""
    CROSSING = "crossing"
    """Where two roads meet, or a corner there."""
    SPOT = "spot"
    """A point so many metres along the road from a crossing: 东风路(湖滨大道以东200米)."""
    RUN = "run"
    """The road from a crossing on, so many metres: 三八路与东地大街交叉口向北300米."""
    SECTION = "section"
    """The eastern, western, southern, northern or middle third: 东风路东段."""
    WHOLE = "whole"
    """The road from end to end, said so: 东风路全线."""
    LANDMARK = "landmark"
    """Something at a road: 天衢东路金辰云峰售楼处对面20米."""
    ROAD = "road"
    """A road and nothing more."""
    UNKNOWN = "unknown"
    """No road is named."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a phrase says.

    Names are as written (width and blanks made alike); directions are north, south, east, west, corners northeast and
    so on, `section` also middle; lengths are in metres.
    `start` and `finish` are the ends of a stretch; of a crossing, spot or run `start` is the other road. `precise`
    tells 以东200米处 from 以东200米, which may also mean the 200 m themselves.
    """

    text: str
    form: Form
    road: str | None = None
    start: str | None = None
    finish: str | None = None
    direction: str | None = None
    distance_m: float | None = None
    precise: bool = True
    from_both: bool = False
    """A spot or run from a crossing of two roads (三八路与东地大街交叉口向北): along whichever goes that way."""
    section: str | None = None
    side: str | None = None
    corner: str | None = None
    taken: str | None = None  # half | full
    width_m: float | None = None
    length_m: float | None = None
    landmark: str | None = None
    opposite: bool = False
    more_roads: tuple[str, ...] = ()
    """Roads named beyond those that the form has room for: a list of places, of which one cannot be placed."""
    words_left: str | None = None
    """Words beside those of the form, which may say more of where it is: 人民医院门前."""


DIRECTIONS = {
    "东北": "northeast",
    "西北": "northwest",
    "东南": "southeast",
    "西南": "southwest",
    "北东": "northeast",
    "北西": "northwest",
    "南东": "southeast",
    "南西": "southwest",
    "东": "east",
    "西": "west",
    "南": "south",
    "北": "north",
    "中": "middle",
}

_COMPASS = "东北|西北|东南|西南|北东|北西|南东|南西|东|西|南|北"
_METRES = r"(\d+(?:\.\d+)?)(余?米|m|公里|千米|km)"
_ENDINGS = "大街|大道|公路|铁路|高速|环岛|胡同|步道|绿道|隧道|地道|匝道|通道|立交|连接线|路|街|巷|弄|里弄|线|桥"
_AFTER = "(?:隧道|地道|桥|高架路?|互通匝道|匝道|连接线|环岛)?"
_NO_NAME = {
    *("辅路", "支路", "全线", "沿线", "道路", "公路", "路线", "路桥", "便道", "通道", "桥"),
    *("便桥", "主路", "十字路", "丁字路", "交叉路", "该路", "此路", "铁路", "大桥", "两侧支路"),
    *("高速", "匝道", "隧道", "大街", "大道", "立交"),
}
# 和, 至, 到 also begin or end names: 和平路, 至善街.
_AND = "与|和(?!平|谐|顺|兴|睦|泰|畅|美|瑞|悦|祥|仁|安)|及(?!第)|、|/|×|&"
_TO = "至(?![善诚圣德][大路街巷东西南北中])|到|-+"
_GRAMMAR_NAME = re.compile(
    rf"(?:(?!{_AND}|{_TO})[\u3400-\u9fff0-9A-Za-z]){{1,9}}?(?:{_ENDINGS}){_AFTER}"
)

_TOKENS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("size", rf"(?:长约?)?{_METRES}[x×*](?:宽约?)?(\d+(?:\.\d+)?)(?:米|m)"),
        (
            "toward",
            rf"(以|之|向|往|朝|偏)?正?({_COMPASS})(?:侧|边|面|方向)?(?:大?约)?{_METRES}(处)?",
        ),
        ("taken", r"(?:路)?([东西南北])?(?:侧|向|幅)?(半幅|半封闭|半侧|全幅|全封闭|整幅)(?:路面)?"),
        ("corner", r"(东北|西北|东南|西南|北东|北西|南东|南西)(?:角|侧|象限|转角)"),
        ("both", r"(?:路|道路)?(?:两侧|双侧|两边|两旁)"),
        ("side", r"(?:路|道路)?([东西南北])(?:侧|边|面|半边)"),
        ("section", r"(?:路)?([东西南北中])(?:路段|段|首|头|端)"),
        ("whole", r"全线|全段|全路段?|全程|整条路?|全长"),
        ("width", rf"宽度?约?{_METRES}"),
        ("length", rf"(?:全长|长度?)?约?{_METRES}(?!处)"),
        ("opposite", rf"(?:斜)?对[面过](?:(?:约)?{_METRES})?(?:处)?"),
        ("lane", r"(?:非?机动车道|人行道|车行道|绿化带|便道)"),
        (
            "cross",
            (
                r"的?(?:平面|平交|十字|丁字|T字|T型|T形)?"
                r"(?:交叉路口|交汇路口|路交叉口|交叉口|交汇处|交汇口|交叉处|交会处|交接处|交界处|相交处|交口|路口|街口|道口|口(?!岸))"
            ),
        ),
        ("between", r"之间|路段|区间|段|区段"),
        ("from", r"[由从自沿]"),
        ("to", _TO),
        ("and", _AND),
        ("open", r"[(\[【「]"),
        ("close", r"[)\]】」]"),
        ("gap", r"[\s,;:。.|]+"),
    )
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    begin: int
    end: int
    groups: tuple[str | None, ...] = ()


def tidy(text: str) -> str:
    """The text with full-width signs made half-width, dashes made one, blanks made single."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"[‐‑‒–—―─━~〜∼→]+", "-", plain)
    plain = re.sub(r"-+>?", "-", plain)
    return re.sub(r"\s+", " ", plain)


def parse_place(text: str, names: Collection[str] = ()) -> Place:
    """What a phrase says.

    `names` are the roads known (as `tidy` leaves them): they are recognised whole, others by how they end (路, 街, 大道
    …). Never raises: what is not understood is `Form.UNKNOWN`.
    """
    plain = tidy(text)
    return _Reader(text, plain, _tokens(plain, names)).read()


def _tokens(plain: str, names: Collection[str]) -> list[_Token]:
    longest = max(map(len, names), default=0)
    tokens: list[_Token] = []
    place = 0
    while place < len(plain):
        token = (
            _known(plain, place, names, longest)
            or _joiner(plain, place, names, longest)
            or _keyword(plain, place)
        )
        token = token or _by_ending(plain, place) or _Token("other", plain[place], place, place + 1)
        if token.kind == "other" and tokens and tokens[-1].kind == "other":
            begin = tokens.pop().begin
            token = _Token("other", plain[begin : token.end], begin, token.end)
        tokens.append(token)
        place = token.end
    return tokens


def _known(plain: str, place: int, names: Collection[str], longest: int) -> _Token | None:
    for end in range(min(len(plain), place + longest), place + 1, -1):
        if plain[place:end] in names:
            return _Token("name", plain[place:end], place, end)
    return None


def _joiner(plain: str, place: int, names: Collection[str], longest: int) -> _Token | None:
    """和, 及, 至 before a road that is known join, whatever names they begin otherwise."""
    kind = {"和": "and", "及": "and", "至": "to"}.get(plain[place])
    if kind is None or _known(plain, place + 1, names, longest) is None:
        return None
    return _Token(kind, plain[place], place, place + 1)


def _keyword(plain: str, place: int) -> _Token | None:
    for kind, pattern in _TOKENS:
        found = pattern.match(plain, place)
        if found:
            return _Token(kind, found[0], place, found.end(), found.groups())
    return None


def _by_ending(plain: str, place: int) -> _Token | None:
    found = _GRAMMAR_NAME.match(plain, place)
    if not found or found[0] in _NO_NAME:
        return None
    if re.match(r"售|处|办|局|医院|学校", plain[found.end() :]) and len(found[0]) > 5:  # noqa: PLR2004
        return None
    return _Token("name", found[0], place, found.end())


class _Reader:
    """Puts the tokens of one phrase together."""

    def __init__(self, text: str, plain: str, tokens: list[_Token]) -> None:
        self._text = text
        self._plain = plain
        self._tokens = tokens

    def read(self) -> Place:
        names = [token for token in self._tokens if token.kind == "name"]
        joint = self._joint()
        if joint is not None:
            return self._stretch(joint, names)
        crossing = self._first("cross") or self._first("corner")
        toward = self._first("toward")
        if toward is not None:
            place = self._toward(toward, names)
            if place is not None:
                return place
        roads = self._crossing_names(names)
        if len(roads) >= 2 and (crossing or self._first("and") or not self._first("other")):  # noqa: PLR2004
            return self._place(Form.CROSSING, roads[0], roads[1], more=tuple(roads[2:]))
        return self._on_one_road(names)

    def _on_one_road(self, names: list[_Token]) -> Place:
        landmark = self._landmark()
        if not names:
            return self._place(Form.UNKNOWN, None, landmark=landmark)
        road, more = names[0].text, tuple(token.text for token in names[1:])
        section = self._first("section")
        if landmark:
            return self._place(Form.LANDMARK, road, landmark=landmark, more=more)
        if section is not None:
            return self._place(Form.SECTION, road, section=self._way(section), more=more)
        form = Form.WHOLE if self._first("whole") else Form.ROAD
        return self._place(form, road, more=more)

    def _first(self, kind: str) -> _Token | None:
        return next((token for token in self._tokens if token.kind == kind), None)

    def _joint(self) -> int | None:
        """The place of the word between the two ends of a stretch."""
        for index, token in enumerate(self._tokens):
            if token.kind == "to" and 0 < index < len(self._tokens) - 1:
                return index
        if any(token.text == "之间" for token in self._tokens):
            names = [token for token in self._tokens if token.kind == "name"]
            for index, token in enumerate(self._tokens):
                before = [name for name in names if name.end <= token.begin]
                if token.kind == "and" and len(before) >= 2:  # noqa: PLR2004  the road and one end
                    return index
        return None

    def _stretch(self, joint: int, names: list[_Token]) -> Place:
        before, after = self._tokens[:joint], self._tokens[joint + 1 :]
        if not names or names[0] not in before:
            return self._place(Form.UNKNOWN, None, landmark=self._landmark())
        road = names[0]
        opened = max(
            (i for i, token in enumerate(before) if token.kind in {"open", "from"}), default=None
        )
        lead = before[opened + 1 :] if opened is not None else before[before.index(road) + 1 :]
        start = self._end(lead, last=True)
        finish = self._end(_until_stop(after), last=False)
        used = {road.text, start, finish}
        more = tuple(token.text for token in names if token.text not in used)
        return self._place(Form.STRETCH, road.text, start, finish, more=more)

    def _end(self, tokens: list[_Token], *, last: bool) -> str | None:
        """One end of a stretch: the road named there, else the words as they stand (岔河桥, 北侧辅路西侧端头)."""
        tokens = [token for token in tokens if token.kind not in {"gap", "from", "between"}]
        named = [token for token in tokens if token.kind == "name"]
        if named:
            return named[-1 if last else 0].text
        words = [token for token in tokens if token.kind not in {"open", "close", "taken"}]
        return self._plain[words[0].begin : words[-1].end].strip(" ,;") if words else None

    def _crossing_names(self, names: list[_Token]) -> list[str]:
        """The roads of a crossing; beside 与 also one named without an ending (东风与湖滨路口)."""
        found = []
        for index, token in enumerate(self._tokens):
            near = self._tokens[max(index - 1, 0) : index + 2]
            bare = token.kind == "other" and any(other.kind == "and" for other in near)
            if token in names or (bare and len(token.text) >= 2):  # noqa: PLR2004
                found.append(token.text)
        return list(dict.fromkeys(found))

    def _toward(self, toward: _Token, names: list[_Token]) -> Place | None:
        before = [token for token in names if token.end <= toward.begin]
        if not before:
            return None
        preposition, way, number, unit, there = toward.groups
        road = before[0].text
        start = before[1].text if len(before) > 1 else None
        if start is None:
            return None
        run = preposition in {"向", "往", "朝"} and there is None
        return self._place(
            Form.RUN if run else Form.SPOT,
            road,
            start,
            direction=DIRECTIONS[way or ""],
            distance_m=_metres(number, unit),
            precise=run or there is not None,
            from_both=any(
                token.kind in {"and", "cross"} and token.begin < toward.begin
                for token in self._tokens
            ),
            more=tuple(token.text for token in before[2:]),
        )

    def _landmark(self, used: Collection[str | None] = ()) -> str | None:
        """The words that are neither names of roads nor of the grammar; parts of one or two signs are nothing."""
        words = [
            token.text
            for token in self._tokens
            if token.kind == "other"
            and len(token.text) >= 2  # noqa: PLR2004
            and not any(token.text in (word or "") for word in used)
        ]
        kept = [re.sub(r"^的|(?:附近|门前|门口|旁边?)+$", "", word) for word in words]
        return next((word for word in kept if len(word) >= 2), None)  # noqa: PLR2004

    def _way(self, token: _Token) -> str:
        return DIRECTIONS[token.groups[0] or ""]

    def _place(  # noqa: PLR0913  the parts of a phrase
        self,
        form: Form,
        road: str | None,
        start: str | None = None,
        finish: str | None = None,
        *,
        more: tuple[str, ...] = (),
        direction: str | None = None,
        distance_m: float | None = None,
        precise: bool = True,
        from_both: bool = False,
        section: str | None = None,
        landmark: str | None = None,
    ) -> Place:
        taken = self._first("taken")
        side, corner, both = self._first("side"), self._first("corner"), self._first("both")
        size, width = self._first("size"), self._first("width")
        length = self._first("length")
        sided = taken.groups[0] if taken else None
        return Place(
            text=self._text,
            form=form,
            road=road,
            start=start,
            finish=finish,
            direction=direction,
            distance_m=distance_m,
            precise=precise,
            from_both=from_both,
            section=section,
            side=(
                DIRECTIONS[sided]
                if sided
                else self._way(side)
                if side
                else "both"
                if both
                else None
            ),
            corner=self._way(corner) if corner else None,
            taken=None if taken is None else "half" if "半" in taken.text else "full",
            width_m=(
                _metres(width.groups[0], width.groups[1])
                if width
                else float(size.groups[2] or 0)
                if size
                else None
            ),
            length_m=(
                _metres(size.groups[0], size.groups[1])
                if size
                else _metres(length.groups[0], length.groups[1])
                if length
                else None
            ),
            landmark=landmark,
            words_left=None if landmark else self._landmark({road, start, finish}),
            opposite=self._first("opposite") is not None,
            more_roads=more,
        )


def _until_stop(tokens: list[_Token]) -> list[_Token]:
    """The tokens up to what ends the far end of a stretch: 段, a bracket, a side, a sign."""
    kept: list[_Token] = []
    for token in tokens:
        stops = {"close", "between", "gap", "taken", "lane"} | ({"side", "both"} if kept else set())
        if token.kind in stops and kept:
            break
        kept.append(token)
    return kept


def _metres(number: str | None, unit: str | None) -> float:
    value = float(number or 0)
    return value * 1000 if (unit or "").lower() in {"公里", "千米", "km"} else value
