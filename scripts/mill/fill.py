"""A form filled in at random: ticks, texts, header figures and declared figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from mill.counties import codes_on
from mill.declare import FAULTS, declare
from mill.edition import ITEM_IDS

REGIMES = (
    "sparse",
    "dense",
    "half",
    "empty",
    "all",
    "self-only",
    "reviewer-only",
    "checkerboard",
    "one-box",
    "reviewer-follows",
    "blocks",
)
REGIME_WEIGHTS = (5, 4, 5, 1, 1, 4, 2, 1, 1, 4, 2)

Ticks = Mapping[str, tuple[bool, bool]]

KEYWORDS = (
    "党建引领",
    "邻里中心",
    "瓯越文化",
    "岱山渔俗",
    "智慧平台",
    "共享书房",
    "15分钟生活圈",
    "TOD",
    "CIM",
    "O2O",
    "24小时自助",
    "衢江样板",
    "零碳社区",
    "AI+养老",
    "㎡级口袋公园",
    "第(12)条",
    "积分换服务",
    "一老一小",
    "榇树湾",
    "5G",
)
REMARKS = (
    "材料第{n}页",
    "见附件{n}",
    "见({n})",
    "({n})",
    "同意",
    "不予认可，缺证明材料",
    "需补充：现场照片{n}张、合同复印件",
    "建筑面积约{n}.5㎡，已复核",
    "√",
    "已核√",
    "=SUM(A1:A{n})",
    "+{n}户",
    "-{n}%",
    "@街道办",
    "佐证见“附件{n}”第③项；与岱山县喆园项目重复",
    "2019年{m}月已完成，投资{n}万元（含税）",
    "OK",
    "see Annex B, p. {n}",
    "经现场核查，该项与申报材料基本一致，但运营主体尚未明确，请于{m}月底前补充运营协议",
    "10%至{n}%",
    "是/否待定",
    "【暂缓】",
    "http://a.cn/{n}",
    "×",
    "N/A",
    "颢苑小区{n}#楼、{n}-{m}幢",
)


@dataclass(frozen=True, slots=True)
class Fill:
    """What was filled in. ``ticks`` gives (self, reviewer) by item id; ``declared`` the
    nine declared figures by their contract name, None for a form without the block."""

    regime: str
    application_no: str
    resettled_population: int | None
    talents_introduced: int | None
    ticks: Ticks
    keywords: Mapping[str, str]
    remarks: Mapping[str, str]
    declared: Mapping[str, int | float] | None
    fault: str


def random_fill(rng: Random, regime: str | None = None, fault: str | None = None) -> Fill:
    """A filled form drawn from ``rng``."""
    regime = regime or rng.choices(REGIMES, REGIME_WEIGHTS)[0]
    ticks = draw_ticks(rng, regime)
    fault = fault or rng.choices(FAULTS, [8] + [1] * (len(FAULTS) - 1))[0]
    declared, fault = declare(rng, ticks, fault)
    density = rng.choice((0.0, 0.03, 0.1, 0.3))
    return Fill(
        regime,
        application_number(rng),
        _figure(rng),
        _figure(rng),
        ticks,
        _texts(rng, density, lambda: rng.choice(KEYWORDS)),
        _texts(rng, density, lambda: _remark(rng)),
        declared,
        fault,
    )


def draw_ticks(rng: Random, regime: str) -> Ticks:
    """Ticks of all boxes by one of :data:`REGIMES`."""
    ids = ITEM_IDS
    lone = rng.randrange(2 * len(ids))
    edges = sorted(rng.sample(range(len(ids)), 8))

    def chance(p: float, q: float) -> dict[str, tuple[bool, bool]]:
        return {i: (rng.random() < p, rng.random() < q) for i in ids}

    makers: dict[str, Callable[[], Ticks]] = {
        "sparse": lambda: chance(0.08, 0.05),
        "dense": lambda: chance(0.9, 0.85),
        "half": lambda: chance(0.5, 0.5),
        "empty": lambda: chance(-1, -1),
        "all": lambda: chance(2, 2),
        "self-only": lambda: chance(rng.choice((0.3, 0.6, 2)), -1),
        "reviewer-only": lambda: chance(-1, rng.choice((0.3, 0.6, 2))),
        "checkerboard": lambda: {i: (k % 2 == 0, k % 2 == 1) for k, i in enumerate(ids)},
        "one-box": lambda: {i: (lone == 2 * k, lone == 2 * k + 1) for k, i in enumerate(ids)},
        "reviewer-follows": lambda: _followed(rng),
        "blocks": lambda: {i: (_odd(edges, k), _odd(edges[1:], k)) for k, i in enumerate(ids)},
    }
    return makers[regime]()


def application_number(rng: Random) -> str:
    """County code, date as yymmdd and a three-digit serial; rarely nothing, or a digit short."""
    fault = rng.random()
    if fault < 0.02:
        return ""
    day = date(2019, 3, 1) + timedelta(days=rng.randrange(4 * 365))
    number = f"{rng.choice(codes_on(day))}{day:%y%m%d}{rng.randrange(1, 200):03d}"
    return number[:-1] if fault < 0.04 else number


def _odd(edges: list[int], k: int) -> bool:
    return sum(k >= e for e in edges) % 2 == 1


def _followed(rng: Random) -> Ticks:
    ticks = {}
    for i in ITEM_IDS:
        mine = rng.random() < 0.6
        ticks[i] = (mine, rng.random() < (0.85 if mine else 0.03))
    return ticks


def _texts(rng: Random, density: float, draw: Callable[[], str]) -> dict[str, str]:
    return {i: draw() if rng.random() < density else "" for i in ITEM_IDS}


def _remark(rng: Random) -> str:
    return rng.choice(REMARKS).format(n=rng.randrange(2, 141), m=rng.randrange(1, 13))


def _figure(rng: Random) -> int | None:
    if rng.random() < 0.03:
        return None
    return rng.choice(
        (rng.randrange(0, 900), rng.randrange(1000, 60000), rng.randrange(2000, 9000))
    )
