// Every word of the page, Chinese first.

const WORDS = {
  title: ["未来社区评项复核", "Scoresheet review"],
  skip: ["跳到正文", "Skip to content"],
  nav: ["主导航", "Main"],
  nav_forms: ["表", "Forms"],
  nav_queue: ["待复核", "Queue"],
  nav_gallery: ["图库", "Gallery"],
  who: ["复核人", "Reviewer"],
  who_hint: ["记在每条更正里", "Signed on every correction"],
  language: ["English", "中文"],
  export: ["导出结果", "Export"],
  export_hint: ["按台账重写结果文件夹", "Write the results folder from the ledger"],
  unwritten: ["有更正尚未导出", "Corrections not exported yet"],
  exporting: ["正在写出结果文件夹", "Writing the results folder"],
  exported: ["结果文件夹已写好", "The results folder is written"],
  add: ["添加文件", "Add files"],
  drop_here: ["松手即读取", "Drop to read"],
  sending: ["正在收下", "Taking in"],
  job_waiting: ["排队中", "Waiting"],
  job_working: ["正在读取", "Being read"],
  job_done: ["已读入", "Read"],
  job_failed: ["未完成", "Failed"],
  jobs: ["文件与导出", "Files and export"],
  close: ["关闭", "Close"],
  loading: ["正在打开", "Opening"],
  making: ["正在整理 {0} / {1} 份表", "Preparing {0} of {1} forms"],
  // states
  checked: ["已勾", "Checked"],
  empty: ["未勾", "Empty"],
  uncertain: ["看不准", "Uncertain"],
  missing: ["没找到", "Missing"],
  cannot_tell: ["看不清", "Can't tell"],
  self: ["自评", "Self-assessment"],
  reviewer: ["省发改委", "Reviewer"],
  both: ["两列", "Both columns"],
  // verdicts
  consistent: ["一致", "Consistent"],
  inconsistent: ["不一致", "Inconsistent"],
  unverifiable: ["待核实", "Unverifiable"],
  undeclared: ["未申报", "Undeclared"],
  ok: ["正常", "OK"],
  review: ["待复核", "Needs review"],
  failed: ["失败", "Failed"],
  // list
  all: ["全部", "All"],
  search: ["搜索", "Search"],
  search_hint: ["编号、县名或文件名", "Number, county or file"],
  status: ["状态", "Status"],
  verdict: ["结论", "Verdict"],
  county: ["县（市、区）", "County"],
  finding: ["发现", "Finding"],
  form: ["表", "Form"],
  declared: ["申报", "Declared"],
  counted: ["计得", "Counted"],
  difference: ["差", "Diff."],
  total: ["总细项", "Total"],
  binding: ["约束性", "Binding"],
  guiding: ["引导性", "Guiding"],
  waiting: ["待看", "To see"],
  findings: ["发现", "Findings"],
  of_forms: ["共 {0} 份，显示 {1}–{2}", "{1}–{2} of {0}"],
  no_forms: ["没有符合条件的表。", "No form matches."],
  nothing_read: ["还没有读过文件：把文件拖到这里，或点“添加文件”。", "Nothing has been read: drop files here, or choose Add files."],
  clear: ["清除筛选", "Clear filters"],
  previous_page: ["上一页", "Previous"],
  next_page: ["下一页", "Next"],
  failures: ["读不出的文件", "Files that could not be read"],
  sort_by: ["按{0}排序", "Sort by {0}"],
  // one form
  back_to_list: ["返回列表", "Back to the list"],
  review_this: ["复核这份表的 {0} 个框", "Review the {0} boxes of this form"],
  items: ["逐项", "Items"],
  history: ["更正记录", "Corrections"],
  no_findings: ["没有发现。", "No findings."],
  hints: ["线索", "Hints"],
  expected_wrong: ["按置信度推算，误读约 {0} 框。", "By their confidences, about {0} boxes are misread."],
  at_risk: ["若有误读，结论可能改变。", "A misreading could change the verdict."],
  no_history: ["还没有更正。", "No corrections yet."],
  number: ["编号", "No."],
  content: ["指标内容", "Content"],
  page: ["页", "Page"],
  page_n: ["第 {0} 页", "Page {0}"],
  zoom_in: ["放大", "Zoom in"],
  zoom_out: ["缩小", "Zoom out"],
  no_pages: ["没有可显示的页面（文字稿没有版面，或原件不在原处）。", "No page can be shown (a transcript has none, or the original is gone)."],
  page_boxes: ["第 {0} 页，{1} 个框；逐项表里有相同内容", "Page {0}, {1} boxes; the table has the same"],
  resettled: ["回迁安置人数", "Resettled population"],
  talents: ["人才引进数", "Talents introduced"],
  edition: ["版本", "Edition"],
  printed_differs: ["印作：{0}", "Printed: {0}"],
  row_missing: ["表上没有这一行", "No such row on the form"],
  extras: ["清单之外的行", "Rows beyond the list"],
  pick_box: ["点页面上的框或表中的状态，即可查看和更正。", "Choose a box on the page or a state in the table to look at it and correct it."],
  // one box
  read_as: ["判读", "Read as"],
  now: ["现为", "Stands as"],
  certainty: ["置信度", "Confidence"],
  read_by: ["依据", "Read by"],
  reason: ["原因", "Reason"],
  why: ["说明", "Note"],
  why_hint: ["可不填", "Optional"],
  keep_as: ["记为", "Set to"],
  undo: ["撤销", "Undo"],
  undone: ["已撤销：{0} {1} 恢复为{2}", "Taken back: {0} {1} is {2} again"],
  set_to: ["{0} {1} 记为{2}", "{0} {1} set to {2}"],
  correct_line: ["{0}：{1} 改为 {2}", "{0}: {1} to {2}"],
  undo_line: ["{0}：撤销，{1} 恢复为 {2}", "{0}: taken back, {1} to {2}"],
  corrected_by: ["{0} 更正", "Corrected by {0}"],
  conflict: ["别人先改过", "Someone was first"],
  // queue
  place: ["第 {0} 框，共 {1} 框", "Box {0} of {1}"],
  decided_now: ["本次已定 {0} 框", "{0} decided now"],
  queue_done: ["没有待复核的框了。", "No box is waiting."],
  queue_end: ["到头了：这一轮的框都看过了。", "That was the last one of this round."],
  again: ["重新取一遍", "Fetch again"],
  back: ["上一框", "Back"],
  next: ["下一框", "Next"],
  column: ["列", "Column"],
  row: ["这一行与相邻行", "The row and its neighbours"],
  close_up: ["框的近照", "Close-up of the box"],
  no_picture: ["这个框在页面上没有位置，请打开整份表查看。", "This box has no place on a page; open the form to look."],
  all_forms: ["看全部表", "All forms"],
  // gallery
  sweep: ["置信度从低到高；用方向键移动，按 1 2 3 更正，回车打开", "Least certain first. Arrows move, 1 2 3 correct, Enter opens"],
  more: ["再显示 {0} 个（共 {1}）", "{0} more (of {1})"],
  none_of_state: ["没有这种状态的框。", "No box is in this state."],
  boxes_shown: ["{0} 个框，已显示 {1}", "{0} boxes, {1} shown"],
};

let language = "zh";

export function setLanguage(lang) {
  language = lang === "en" ? "en" : "zh";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

export function lang() {
  return language;
}

/** The words called `key`, with {0}, {1}, … filled in. */
export function t(key, ...values) {
  const text = WORDS[key][language === "zh" ? 0 : 1];
  return text.replace(/\{(\d)\}/g, (_, n) => String(values[Number(n)]));
}

/** Whichever of a pair (zh, en) is spoken. */
export function either(pair) {
  return pair[language];
}

/** A moment (ISO 8601, UTC) in the time of this machine. */
export function when(at) {
  return new Date(at).toLocaleString(language === "zh" ? "zh-CN" : "en-GB", {
    dateStyle: "short",
    timeStyle: "short",
  });
}
