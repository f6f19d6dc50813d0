"""The form of a year's monthly plan (分月计划): percent by each month's end and investment within it, twelve times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.forms.field import Field, Form, Kind, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

MONTHS = tuple(range(1, 13))
_ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FALLS = Words(
    "{year}年{month}月的计划进度{percent}%低于前面{earlier}的{before}%,请改正其一。",
    "{percent}% by the end of {name} {year} is less than {before}% by {earlier}. Correct one of the two.",
)
_OVERTAKES = Words(
    "{year}年{month}月的计划进度{percent}%高于后面{later}的{after}%,请改正其一。",
    "{percent}% by the end of {name} {year} is more than {after}% by {later}. Correct one of the two.",
)


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """What is planned of a month: percent reached by its end, yuan within it; None where nothing is said."""

    percent: Decimal | None = None
    investment_yuan: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return self.percent is None and self.investment_yuan is None


def percent_field(month: int) -> str:
    """The name of a month's field of percent."""
    return f"percent_{month:02d}"


def money_field(month: int) -> str:
    """The name of a month's field of investment."""
    return f"investment_{month:02d}"


def month_name(month: int) -> Words:
    """What a month is called."""
    return Words(f"{month}月", _ENGLISH[month - 1])


def months_form(year: int) -> Form:
    """The form of one year."""
    fields: list[Field] = []
    for month in MONTHS:
        zh, en = month_name(month)
        fields += [
            Field(
                percent_field(month),
                Words(f"{zh}末计划进度(%)", f"{en}: percent by its end"),
                Kind.PERCENT,
            ),
            Field(
                money_field(month),
                Words(f"{zh}计划投资(万元)", f"{en}: investment (CNY 10,000)"),
                Kind.MONEY,
                least=0,
            ),
        ]
    return Form(
        "months",
        "plan_month",
        Words(f"{year}年分月计划", f"Monthly plan of {year}"),
        tuple(fields),
        about=Words(
            "进度填到该月末应累计完成的百分比,投资填当月的金额。留空表示该月没有安排。",
            "Percent is what is to be reached in all by the month's end, investment what is spent within the month. "
            "A month that is left empty says nothing.",
        ),
    )


def find_falls(
    year: int,
    months: Mapping[int, MonthPlan],
    around: Sequence[tuple[tuple[int, int], Decimal]] = (),
) -> dict[str, Words]:
    """What is wrong where a percent is less than one before it, by field.

    `around` are the percents of other years' months of the same plan, as ((year, month), percent).
    """
    errors: dict[str, Words] = {}
    before = max((one for one in around if one[0] < (year, 1)), default=None)
    after = min((one for one in around if one[0] > (year, 12)), default=None)
    highest = None if before is None else (before[1], before[0])
    for month in MONTHS:
        percent = months.get(month, MonthPlan()).percent
        if percent is None:
            continue
        told = {
            "year": year,
            "month": month,
            "name": month_name(month).en,
            "percent": f"{percent.normalize():f}",
        }
        if highest is not None and percent < highest[0]:
            zh, en = _spell(highest[1])
            shown = {"before": f"{highest[0].normalize():f}"}
            errors[percent_field(month)] = Words(
                _FALLS.zh.format(**told, **shown, earlier=zh),
                _FALLS.en.format(**told, **shown, earlier=en),
            )
            continue
        highest = (percent, (year, month))
        if after is not None and percent > after[1]:
            zh, en = _spell(after[0])
            shown = {"after": f"{after[1].normalize():f}"}
            errors[percent_field(month)] = Words(
                _OVERTAKES.zh.format(**told, **shown, later=zh),
                _OVERTAKES.en.format(**told, **shown, later=en),
            )
    return errors


def _spell(month: tuple[int, int]) -> Words:
    zh, en = month_name(month[1])
    return Words(f"{month[0]}年{zh}", f"the end of {en} {month[0]}")
