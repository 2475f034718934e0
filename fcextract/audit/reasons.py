"""Chinese for the few English words in which a box reader gives its reason."""

from __future__ import annotations

_ZH = {
    "no row": "没有找到这一行",
    "no such column": "没有这一列",
    "nothing in the cell": "单元格里什么也没有",
    "two boxes in one cell": "一个单元格里有两个框",
    "a mark, and no box under it": "有记号而没有框",
    "a typed mark beside": "框旁另有键入的记号",
    "a mark beside the box": "记号在框旁",
    "a stroke that only touches the box": "笔画只碰到框边",
    "a long stroke through the box": "有长线穿过框",
    "a speck in the box": "框内只有一个小点",
    "a box filled grey": "框被涂成灰色",
    "a mark in the colour of paper": "记号与纸同色，看不见",
    "a path that is no mark": "框内的图形不像记号",
    "layers that cut each other": "图形互相遮挡",
    "covered": "被遮盖",
    "painted over": "被覆盖",
    "characters that are not seen": "文件中有看不见的字符",
    "a blank picture over the box": "框上盖着空白图片",
    "a faint picture": "框上的图片颜色太浅",
    "a faint mark": "记号太浅",
    "a blank picture": "空白图片",
    "a picture beside": "框旁有图片",
    "a picture not measured": "图片无法测量",
    "a scan": "扫描图像",
    "an annotation": "批注",
    "an annotation without a box": "有批注而没有框",
    "no box in the cell": "单元格里没有找到框",
    "the box is not seen": "看不清框",
    "the frame is not all there": "框线不完整",
    "the frame is not where it should be": "框不在应在的位置",
    "a line runs through the box": "有线穿过框",
    "a line, a seal or a neighbour's stroke in the box": "框内似有折线、印章或邻框的笔画",
    "a stroke from elsewhere": "框内有别处伸来的笔画",
    "a mark that looks taken back": "记号似已作废",
    "ink in the cell, not in the box": "墨迹在格内而不在框内",
    "red ink that goes on beyond the cell": "红色墨迹伸出单元格",
    "a dot in the box": "框内只有一个圆点",
    "a box much blacker than the others": "比其他框涂得黑得多",
    "a mark much smaller than the others": "记号比其他的小得多",
    "neither blank nor marked": "既不像空框，也不像勾",
    "the two judges differ": "两种判读不一致",
    "two rows claim the box": "两行都指向这个框",
    "the box stands across the row's edge": "框跨在行界上",
    "the page leans and no rules part its rows": "页面倾斜且行间无线，难定归属",
    "the box does not stand beside its row's text": "框与本行文字不在同一高度",
    "rows printed over each other": "行与行重叠",
    "a mark outside the two columns of boxes": "两列框之外另有记号",
    "the row stands twice, in different states": "这一行出现两次，勾选不同",
}


def reason_zh(reason: str) -> str:
    """``reason`` in Chinese, or as it is where there is no translation."""
    return _ZH.get(reason, reason)
