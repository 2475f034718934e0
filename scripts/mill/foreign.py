"""Pages that belong to no form: a cover letter, minutes, another table with check boxes."""

from __future__ import annotations

from random import Random
from typing import Any

_LETTERS = (
    "关于报送未来社区试点创建申报材料的函\n\n省发展改革委：\n\n　　根据有关通知要求，现将我县"
    "申报材料随文报送，请予审核。\n\n　　附件：1. 申报方案；2. 分项指标自评表；3. 佐证材料\n\n"
    "（联系人：王某某，电话：0571-00000000）",
    "会议纪要\n\n　　（1）听取街道工作汇报；（2）研究拆迁安置方案；（3）其他事项。\n\n"
    "　　会议要求，相关部门于 30 日内完成材料整理，符合条件的项目优先安排。",
)
_CHECKLIST = ("营业执照复印件", "土地权属证明", "法定代表人身份证", "资金承诺函")


def page_pdf(rng: Random) -> bytes:
    """One such page as a PDF file."""
    import pymupdf

    doc = pymupdf.open()
    page = doc.new_page()
    text = rng.choice((*_LETTERS, ""))
    if text:
        page.insert_textbox(page.rect + (72, 90, -72, -90), text, fontsize=12, fontname="china-s")
    else:
        _checklist(page, rng)
    return bytes(doc.tobytes(deflate=True))


def _checklist(page: Any, rng: Random) -> None:
    from pymupdf import Point

    page.insert_text(Point(200, 90), "报送材料清单", fontsize=16, fontname="china-s")
    for k, name in enumerate(_CHECKLIST, 1):
        mark = rng.choice("□■")
        line = f"{k}. {name}　　{mark} 已提供"
        page.insert_text(Point(90, 110 + 30 * k), line, fontsize=11, fontname="china-s")
