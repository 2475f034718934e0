// Talking to the program behind the page.

/** What went wrong, in two languages; status 409 is a conflict with someone else. */
export class Refusal extends Error {
  constructor(status, told) {
    super(told.en);
    this.status = status;
    this.told = told;
  }
}

const GONE = {
  zh: "连不上 fcextract：它已停止，或这个页面是上一次启动的。请用命令行新打印的地址打开。",
  en: "fcextract does not answer: it has stopped, or this page is from an earlier start. Open the address it printed last.",
};

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Refusal(0, GONE);
  }
  if (answer.ok) return answer.json();
  if (answer.status === 403) throw new Refusal(403, GONE);
  throw new Refusal(answer.status, await answer.json().catch(() => GONE));
}

export function get(path, query = {}) {
  const words = new URLSearchParams(Object.entries(query).filter(([, v]) => v !== ""));
  return call(words.size ? `${path}?${words}` : path);
}

export function post(path, body) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Send a file; `progress` is told the share that has gone. */
export function send(file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/drop?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (e) => progress(e.total ? e.loaded / e.total : 0);
    request.onload = () =>
      request.status < 300
        ? resolve(request.response)
        : reject(new Refusal(request.status, request.response || GONE));
    request.onerror = () => reject(new Refusal(0, GONE));
    request.send(file);
  });
}

export function pagePicture(form, page) {
  return `/picture/${form}/page/${page}`;
}

/** A picture of a box: kind is box, thumb or strip. */
export function boxPicture(kind, form, item, column) {
  return `/picture/${form}/${kind}/${item}/${column}`;
}
