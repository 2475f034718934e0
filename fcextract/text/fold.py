"""One spelling for what a text layer may spell in many ways.

Three questions, three functions: are two texts the same words (:func:`fold`),
what did the person type (:func:`plain`, :func:`join_lines`), and can this text
layer be believed at all (:func:`unreliable`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# CJK Radicals Supplement (U+2E80..U+2EF3), the 112 that NFKC leaves alone, each over
# its unified ideograph. Source: Unicode's EquivalentUnifiedIdeograph.txt. Kangxi
# radicals (U+2F00..) are folded by NFKC itself.
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨"
    "⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎"
    "⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲"
)
_IDEOGRAPHS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭"
    "王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶"
    "邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀"
)
# Twins that fonts and radical mappings swap in simplified text (NFKC makes ⼾ 戶, not 户).
_TWINS = {"戶": "户", "戸": "户", "黃": "黄", "靑": "青", "內": "内", "吿": "告", "呑": "吞"}
# Punctuation that differs by keyboard or by OCR, not by meaning.
_MARKS = {
    **dict.fromkeys("“”„‟«»″〝〞＂❝❞", '"'),
    **dict.fromkeys("‘’‚‛‹›′`´｀❛❜", "'"),
    **dict.fromkeys("‐‑‒–—―−﹣─━ー", "-"),
    **dict.fromkeys("∼～〜˜", "~"),
    **dict.fromkeys("·•・･‧∙⋅●", "·"),
    **dict.fromkeys("×✕✖╳⨯", "x"),
    **dict.fromkeys("、､﹑،", ","),
    **dict.fromkeys("。｡．", "."),
    **dict.fromkeys("〔【［", "["),
    **dict.fromkeys("〕】］", "]"),
    **dict.fromkeys("〈＜", "<"),
    **dict.fromkeys("〉＞", ">"),
}
_TABLE = str.maketrans(
    {**dict(zip(_RADICALS, _IDEOGRAPHS, strict=True)), **_TWINS, **_MARKS, "…": "..."}
)
# Radicals alone, Kangxi's by NFKC, for text that is shown.
_AS_TYPED = str.maketrans(
    {
        **dict(zip(_RADICALS, _IDEOGRAPHS, strict=True)),
        **{
            chr(c): _TWINS.get(k := unicodedata.normalize("NFKC", chr(c)), k)
            for c in range(0x2F00, 0x2FD6)
        },
        **{
            chr(c): k
            for c in range(0xF900, 0xFAFF)
            if (k := unicodedata.normalize("NFKC", chr(c))) != chr(c)
        },
    }
)
# Text that needs no second look: ASCII, Han, CJK and full-width punctuation.
_COMMON = re.compile(r"[\x20-\x7e\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]*")
# A line without a blank that is this long, as a share of its cell's longest, may be part
# of a word that its column broke.
FILLED = 0.8
_BLANKS = re.compile(r"\s+")
# What a broken font map leaves behind. Blanks and line ends are not among it.
_UNRELIABLE = frozenset({"Cc", "Co", "Cn", "Cs"})


@lru_cache(maxsize=8192)  # the same printed words come again on every form
def fold(text: str) -> str:
    """The words of ``text`` alone, for comparing: two texts fold to the same if a
    reader would call them the same.

    NFKC, radicals to ideographs, one form per punctuation mark, lower case, and no
    blanks or invisible format characters. Idempotent. Not for showing to anyone.
    """
    while (folded := _fold_once(text)) != text:  # once is enough but for odd marks
        text = folded
    return folded


def _fold_once(text: str) -> str:
    # The table before NFKC too: it would take some of the marks apart.
    text = unicodedata.normalize("NFKC", text.translate(_TABLE)).translate(_TABLE)
    kept = (c for c in text.casefold() if not c.isspace() and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", "".join(kept))


def plain(text: str) -> str:
    """``text`` as it was typed where a font map says radicals or compatibility
    ideographs: nobody types ⻚ for 页. Full-width forms and punctuation stay."""
    return text.translate(_AS_TYPED)


def join_lines(lines: Iterable[str]) -> str:
    """One text from the wrapped lines of one cell.

    A wrap leaves a blank only where the words on both sides need one: none next
    to Han or full-width characters, none after a hyphen or slash, none inside brackets,
    and none inside
    a word that was longer than its column and had to be broken.
    """
    kept = [line for line in (_BLANKS.sub(" ", given).strip() for given in lines) if line]
    longest = max(map(len, kept), default=0)
    joined = before = ""
    for line in kept:
        if joined and _parted(joined[-1], line[0]):
            filled = " " not in before and len(before) >= FILLED * longest
            joined += "" if filled and len(before) + len(line.split(" ")[0]) > longest else " "
        joined += line
        before = line
    return joined


def unreliable(text: str) -> bool:
    """Whether ``text`` holds characters that no one typed: private use, unassigned,
    control or replacement characters. Such a text layer lies, all of it."""
    if _COMMON.fullmatch(text):
        return False
    return any(
        c == "\ufffd" or (unicodedata.category(c) in _UNRELIABLE and not c.isspace()) for c in text
    )


def _parted(left: str, right: str) -> bool:
    return not (_wide(left) or _wide(right) or left in "-/([{\u00ad\u2010" or right in ")]}")


def _wide(char: str) -> bool:
    width = unicodedata.east_asian_width(char)
    return width in "WF" or (width == "A" and unicodedata.category(char)[0] in "PS")
