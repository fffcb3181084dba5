// The tickets as they change: one card each, the newest first; a card that changed lights up softly.

import { $, clockTime, el } from "./dom.js";
import { changed, nameOf, state } from "./state.js";

const cards = new Map();
const STEPS = [["记录", "pending"], ["确认", "confirmed"], ["办理", "in_progress"], ["办结", "resolved"], ["归档", "closed"]];
const REACHED = { pending: 0, confirmed: 1, assigned: 1, in_progress: 2, resolved: 3, closed: 4 };

/** Follow the server's list of tickets. A browser asks again by itself when the line breaks. */
export function follow() {
  const source = new EventSource("/live/tickets");
  source.addEventListener("message", (event) => show(JSON.parse(event.data)));
}

function show(views) {
  state.tickets = views.map((view) => ({ ...view, people: concerned(view) }));
  const numbers = new Set(views.map((view) => view.number));
  for (const [number, card] of cards) {
    if (!numbers.has(number)) {
      card.node.remove();
      cards.delete(number);
    }
  }
  for (const view of [...views].reverse()) place(view);
  $("empty").hidden = views.length > 0;
  for (const id of ["count", "tab-count"]) $(id).textContent = String(views.length);
  changed();
}

const concerned = (view) => [...new Set(view.messages.filter((m) => ["report", "support"].includes(m.part.code)).map((m) => m.who))];

function place(view) {
  const known = cards.get(view.number);
  const fingerprint = JSON.stringify(view);
  if (known?.fingerprint === fingerprint) return;
  const open = known ? [...known.node.querySelectorAll("details")].map((d) => d.open) : [];
  const node = card(view);
  node.querySelectorAll("details").forEach((d, n) => { if (open[n] !== undefined) d.open = open[n]; });
  if (known) known.node.replaceWith(node);
  else $("cards").prepend(node);
  cards.set(view.number, { node, fingerprint });
  node.classList.add("flash");
  $("tab-tickets").classList.add("news");
}

/** Bring the card of ticket *number* into view. */
export function openTicket(number) {
  const node = cards.get(number)?.node;
  if (!node) return;
  document.body.dispatchEvent(new CustomEvent("show-tab", { detail: "tickets" }));
  node.scrollIntoView({ block: "start" });
  node.classList.remove("flash");
  requestAnimationFrame(() => node.classList.add("flash"));
  node.focus({ preventScroll: true });
}

function card(view) {
  const urgency = view.urgency.code === "normal" ? null : el("span", { class: `chip ${view.urgency.code}` }, view.urgency.label);
  return el(
    "article",
    { class: `card ${view.urgency.code}`, tabindex: "-1", "aria-label": `工单 ${view.code}` },
    el(
      "header",
      {},
      el("h3", {}, el("span", { class: "number" }, view.code), " ", view.category.label),
      el("span", { class: `chip status ${view.status.code}` }, view.status.label),
    ),
    el("p", { class: "facts" }, el("span", { class: `chip tier ${view.tier.code}` }, view.tier.label), urgency, el("span", {}, view.place), el("span", {}, `${view.households} 户`), view.body && el("span", {}, view.body), stars(view)),
    el("p", { class: "summary" }, view.summary),
    steps(view),
    messages(view),
    timeline(view),
  );
}

const stars = (view) => (view.ratings.length ? el("span", { class: "stars", "aria-label": `评分 ${view.ratings.join("、")}` }, view.ratings.map((n) => "★".repeat(n)).join(" ")) : null);

function steps(view) {
  const reached = REACHED[view.status.code];
  if (reached === undefined) return null;
  return el("ol", { class: "steps" }, STEPS.map(([label], n) => el("li", { class: n <= reached ? "done" : "", "aria-current": n === reached ? "step" : null }, label)));
}

function messages(view) {
  return el(
    "details",
    { open: true },
    el("summary", {}, `由 ${view.messages.length} 条消息合成`),
    el("ul", { class: "messages" }, view.messages.map(message)),
    view.evidence.length ? el("div", { class: "why" }, el("b", {}, "为什么"), view.evidence.map(evidence)) : null,
  );
}

function message(m) {
  const thumb = state.lines.get(m.id)?.picture;
  return el(
    "li",
    {},
    el("span", { class: `part ${m.part.code}` }, m.part.label),
    el("span", { class: "from" }, m.name.split(" ")[0]),
    el("span", { class: "text" }, m.recalled ? "（已撤回）" : m.text.replace("[图片]", thumb ? "" : "[图片]")),
    thumb ? el("img", { src: `/demo/pictures/${encodeURIComponent(thumb)}`, alt: "照片", loading: "lazy" }) : null,
  );
}

function evidence(e) {
  const side = e.weight < 0 ? "against" : "for";
  const weight = e.weight ? ` ${e.weight > 0 ? "+" : "−"}${Math.abs(e.weight).toFixed(1)}` : "";
  return el("span", { class: side, title: e.weight < 0 ? "不支持" : "支持" }, `${e.source}：${e.text}`, el("small", {}, weight));
}

function timeline(view) {
  return el("details", { open: true }, el("summary", {}, `经过（${view.history.length}）`), el("ol", { class: "timeline" }, view.history.map(event)));
}

function event(e) {
  const who = e.who ? (e.by || nameOf(e.who)).split(" ")[0] : state.group.bot;
  return el("li", { class: e.name }, el("time", { datetime: e.at }, clockTime(e.at)), el("b", {}, e.label), el("span", {}, who), e.text && el("span", { class: "note" }, e.text));
}
