"""Counties: the right name for the form's date, and a fault said when there is one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcextract.counties import application_date, application_fault, counties, county_of


@pytest.mark.parametrize(
    ("number", "county"),
    [
        ("330105190429014", ("330105", "杭州市拱墅区")),
        ("330110190429014", ("330110", "杭州市余杭区")),
        ("330103190429014", ("330103", "杭州市下城区")),
        ("330113210901001", ("330113", "杭州市临平区")),
        ("330114210901001", ("330114", "杭州市钱塘区")),
        ("330383200101001", ("330383", "温州市龙港市")),
        ("331127190429014", ("331127", "丽水市景宁畲族自治县")),
        ("331083190429014", ("331083", "台州市玉环市")),
        ("330100190429014", ("330100", "杭州市")),
        ("330201190429014", ("330201", "宁波市")),
        ("330371190429014", ("330371", "温州市")),
        ("330499190429014", ("330499", "嘉兴市")),
        ("330000190429014", ("330000", "浙江省")),
        ("330142190429014", ("330142", "")),
        ("110101190429014", ("110101", "")),
        ("33010", ("", "")),
        ("", ("", "")),
        ("33O105190429014", ("", "")),
        ("３３０１０５190429014", ("", "")),
    ],
)
def test_county_of(number: str, county: tuple[str, str]) -> None:
    assert county_of(number) == county


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("330105190429014", None),
        ("330105200229001", None),
        ("330105190229001", "第 7 至 12 位 190229 不是日期"),
        ("330105191329001", "第 7 至 12 位 191329 不是日期"),
        ("33010519042901", "应为 15 位数字"),
        ("3301051904290145", "应为 15 位数字"),
        ("33010519042901x", "应为 15 位数字"),
        ("330142190429014", "浙江省没有代码 330142 的县（市、区）"),
        ("330099190429014", "浙江省没有代码 330099 的县（市、区）"),
        ("330199190429014", None),
        ("330103190429014", None),
        ("330103211231001", None),  # the old code, still used in the year of the change
        ("330103230101001", "杭州市下城区（330103）在 2023-01-01 不是有效的区划代码"),
        ("330113190429014", "杭州市临平区（330113）在 2019-04-29 不是有效的区划代码"),
        ("330185190429014", "杭州市临安市（330185）在 2019-04-29 不是有效的区划代码"),
        ("330383190429014", None),
    ],
)
def test_application_fault(number: str, fault: str | None) -> None:
    found = application_fault(number)
    assert (found and found[0]) == fault
    if found:
        assert found[1].isascii() or found[1].startswith(county_of(number)[1])


def test_the_table_of_2019_and_of_2021() -> None:
    def counted(on: date) -> int:
        return sum(c.in_force(on) for c in counties().values() if not c.code.endswith("00"))

    # As the yearbooks count them: 89 counties at the end of 2018, 90 with 龙港,
    # and 90 after two districts of Hangzhou went and two came.
    assert counted(date(2019, 4, 29)) == 89
    assert counted(date(2020, 1, 1)) == 90
    assert counted(date(2022, 1, 1)) == 90
    assert sum(c.code.endswith("00") for c in counties().values()) == 12


def test_every_county_stands_under_its_prefecture() -> None:
    for code, county in counties().items():
        if not code.endswith("00"):
            assert county.name.startswith(counties()[code[:4] + "00"].name)
            assert len(county.name) > len(counties()[code[:4] + "00"].name)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_the_date_comes_back(day: date) -> None:
    assert application_date(f"330105{day:%y%m%d}001") == day


@given(st.text(max_size=20))
def test_nothing_breaks_it(text: str) -> None:
    code, name = county_of(text)
    assert (not name) or code
    assert application_date(text) is None or application_fault(text) is not None or len(text) == 15
