// 今日 by keyboard or thumb. A decision is held for ten seconds in which it can be undone, then sent. Without this file
// the forms of the page do the same at once. A tab that closes sends what it holds; a browser that dies sends it when it
// opens the page again.

const HOLD = 10_000;
const KEPT = "loushi-held";
const list = document.getElementById("list");
const bar = document.getElementById("hold");
const batch = document.getElementById("batch");
const news = document.getElementById("news");
const csrf = batch.elements.csrf.value;
const here = location.pathname;

let held = [];
let current = null;

const rows = () => [...list.querySelectorAll(".row:not(.held)")];
const rowOf = (item) => list.querySelector(`[data-item^="${CSS.escape(item.split(".")[0])}."], [data-item="${CSS.escape(item)}"]`);

// Where one is

function go(row, focus = true) {
  current?.classList.remove("at");
  current = row ?? null;
  if (!current) return;
  current.classList.add("at");
  if (focus) {
    current.focus({ preventScroll: true });
    current.scrollIntoView({ block: "nearest" });
  }
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current);
  go(all[Math.min(Math.max(at + by, 0), all.length - 1)] ?? all[0]);
}

// Deciding

function decide(chosen, action, fields, label) {
  if (!chosen.length) return;
  const all = rows();
  const last = all.indexOf(chosen.at(-1));
  const next = all.slice(last + 1).find((r) => !chosen.includes(r)) ?? all.slice(0, last).reverse().find((r) => !chosen.includes(r));
  for (const row of chosen) {
    row.classList.add("held");
    const tick = row.querySelector(".tick input");
    if (tick) tick.checked = false;
  }
  const what = chosen.length > 1 ? `${chosen.length}件` : chosen[0].querySelector(".code")?.textContent ?? "这一条";
  const entry = { items: chosen.map((r) => r.dataset.item), action, fields, text: `${what}：${label}` };
  entry.timer = setTimeout(() => send(entry), HOLD);
  held.push(entry);
  keep();
  showBar();
  recount();
  go(next);
}

function undo() {
  const entry = held.pop();
  if (!entry) return;
  clearTimeout(entry.timer);
  keep();
  const back = entry.items.map(rowOf).filter(Boolean);
  back.forEach((row) => row.classList.remove("held"));
  showBar();
  recount();
  go(back[0]);
}

function body(entry) {
  const data = new URLSearchParams({ csrf, action: entry.action, ...entry.fields });
  entry.items.forEach((item) => data.append("item", item));
  return data;
}

async function send(entry) {
  held = held.filter((e) => e !== entry);
  showBar();
  let results;
  try {
    const answer = await fetch(`${here}decide`, { method: "POST", body: body(entry), headers: { Accept: "application/json" }, keepalive: true });
    const said = await answer.json();
    results = said.results ?? entry.items.map((item) => ({ item, ok: false, text: said.text }));
  } catch {
    results = entry.items.map((item) => ({ item, ok: false, text: "没有送到，请再试一次" }));
  }
  keep();
  for (const result of results) result.ok ? rowOf(result.item)?.remove() : refused(result);
  recount();
  refresh();
}

function refused({ item, text }) {
  const row = rowOf(item);
  if (!row) {
    // The row is gone, for somebody else decided: it is said above the list until it was read.
    const said = document.createElement("p");
    const close = Object.assign(document.createElement("button"), { className: "plain", textContent: "知道了", type: "button" });
    close.addEventListener("click", () => said.remove());
    said.append(text, " ", close);
    document.getElementById("refused").append(said);
    return;
  }
  row.classList.remove("held");
  const wrong = row.querySelector(".row-wrong");
  wrong.textContent = text;
  wrong.hidden = false;
}

function showBar() {
  const last = held.at(-1);
  bar.hidden = !last;
  if (!last) return;
  bar.querySelector(".hold-text").textContent = held.length > 1 ? `${last.text}（共${held.length}步）` : last.text;
  const line = bar.querySelector(".hold-line");
  line.replaceWith(line.cloneNode());
}

function recount() {
  for (const group of list.querySelectorAll(".group")) {
    const left = group.querySelectorAll(".row:not(.held)").length + Number(group.dataset.more);
    group.hidden = left === 0;
    group.querySelector(".count").textContent = String(left);
  }
}

// Nothing is lost

const keep = () => {
  if (held.length) localStorage.setItem(KEPT, JSON.stringify(held.map(({ items, action, fields, text }) => ({ items, action, fields, text }))));
  else localStorage.removeItem(KEPT);
};

addEventListener("pagehide", () => {
  const left = held.filter((entry) => {
    clearTimeout(entry.timer);
    return !navigator.sendBeacon(`${here}decide`, body(entry));
  });
  held = left;
  keep();
});
addEventListener("pageshow", (event) => event.persisted && location.reload());

function recover() {
  const lost = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  localStorage.removeItem(KEPT);
  lost.forEach(send);
}

// Buttons and keys

function submitted(event) {
  const form = event.target;
  const action = event.submitter?.value;
  if (!action || event.submitter.name !== "action") return;
  event.preventDefault();
  const label = event.submitter.childNodes[0].textContent.trim();
  const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => !["csrf", "item", "action"].includes(name)));
  if (form === batch) {
    decide([...list.querySelectorAll(".tick :checked")].map((tick) => tick.closest(".row")), action, {}, label);
  } else {
    decide([form.closest(".row")], action, fields, label);
  }
}
document.addEventListener("submit", submitted);

list.addEventListener("click", async (event) => {
  const row = event.target.closest(".row");
  if (row && row !== current) go(row, false);
  if (!event.target.closest(".copies")) return;
  await navigator.clipboard.writeText(row.querySelector(".copy").textContent);
  event.target.textContent = "复制好了";
});

function press(key) {
  const ticked = [...list.querySelectorAll(".tick :checked")];
  if (ticked.length) {
    const many = { c: "confirm", x: "reject", 1: "big", 2: "small", 3: "private" }[key];
    if (many) batch.querySelector(`[value=${many}]`).click();
    return;
  }
  const target = current?.querySelector(`[data-key="${key}"]`);
  if (target instanceof HTMLButtonElement) target.click();
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.querySelector("select, input:not([type=hidden])").focus();
  }
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  z: undo,
  "?": () => document.getElementById("keys").showModal(),
  "？": () => document.getElementById("keys").showModal(),
  o: () => current?.querySelector(".code")?.click(),
  " ": () => current?.querySelector(".tick input")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && current?.contains(document.activeElement)) {
    document.activeElement.closest("details")?.removeAttribute("open");
    go(current);
    return;
  }
  if (event.target.closest("input:not([type=checkbox]), select, textarea, summary")) return;
  if (event.key === " " && event.target.closest("button, input, a")) return;
  const does = KEYS[event.key];
  if (does) does();
  else if ("123cxma".includes(event.key)) press(event.key);
  else return;
  event.preventDefault();
});

document.getElementById("undo").addEventListener("click", undo);

// What is new

const busy = () => list.querySelector("details[open], .tick :checked, .row-wrong:not([hidden])") || list.contains(document.activeElement?.closest("select"));

async function refresh(force = false) {
  if (!force && busy()) {

    news.hidden = false;
    return;
  }
  news.hidden = true;
  const answer = await fetch(`${here}?part=list`, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const was = current?.id;
  const at = rows().indexOf(current);
  list.innerHTML = await answer.text();
  for (const entry of held) entry.items.forEach((item) => rowOf(item)?.classList.add("held"));
  ready();
  recount();
  const all = rows();
  go(document.getElementById(was) ?? all[Math.min(at, all.length - 1)], document.activeElement === document.body);
  return undefined;
}

function ready() {
  for (const button of list.querySelectorAll(".copies")) button.hidden = !navigator.clipboard;
}

news.querySelector("button")?.addEventListener("click", () => refresh(true));
let first = true;
let soon;
new EventSource(`${here}events`).addEventListener("message", () => {
  if (!first) {
    clearTimeout(soon);
    soon = setTimeout(refresh, 300);
  }
  first = false;
});

ready();
recover();
go(rows()[0]);
document.documentElement.dataset.ready = "yes";
