"""Who stands behind an actor of the history, in both languages: by table; and how people are found by their unit."""

from __future__ import annotations

import pytest

from geo.forms.field import Field, Words
from geo.queries.names import People, name_actor, show_value

PEOPLE = People({"2": "张三", "3": "李四", "5": "王五"}, {"2": "热力", "5": "热力、燃气"})


@pytest.mark.parametrize(
    ("actor", "zh", "en"),
    [
        ("unit:2", "热力 · 张三", "热力 · 张三"),
        ("unit:5", "热力、燃气 · 王五", "热力、燃气 · 王五"),
        ("unit:3", "李四", "李四"),
        ("unit:99", "账号 99", "Account 99"),
        ("leader:3", "李四", "李四"),
        ("command:3", "指挥部 · 李四", "Command office · 李四"),
        ("command:0", "指挥部", "Command office"),
        ("admin:3", "系统管理员 · 李四", "Administrator · 李四"),
        ("system:roll", "系统 · 零点更新", "System · the day's roll"),
        ("system:feed:taichung", "系统 · 数据源 taichung", "System · data feed taichung"),
        ("system:other", "系统 · other", "System · other"),
        ("migration", "migration", "migration"),
    ],
)
def test_an_actor_is_told_by_unit_and_name(actor: str, zh: str, en: str) -> None:
    assert (name_actor(actor, PEOPLE, "zh"), name_actor(actor, PEOPLE, "en")) == (zh, en)


def test_people_are_found_by_their_name_and_by_their_unit() -> None:
    assert PEOPLE.find("热力") == ["2", "5"]
    assert PEOPLE.find("李") == ["3"]
    assert PEOPLE.find("unit:2") == []


def test_an_actor_that_a_record_keeps_is_told_as_one_and_a_persons_own_words_are_not() -> None:
    field = Field("received_by", Words("收表人", "Received by"))
    assert show_value(field, "unit:2", {}, "zh", PEOPLE) == "热力 · 张三"
    assert show_value(field, "张三", {}, "zh", PEOPLE) == "张三"
