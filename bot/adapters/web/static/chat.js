// The lines of the group: bubbles, times, quotes, pictures. Lines are only ever added or replaced one at a time.

import { $, avatar, clockTime, el, short, withCodes } from "./dom.js";
import { changed, nameOf, person, state } from "./state.js";
import { openTicket } from "./tickets.js";

const GAP = 5 * 60 * 1000;
const box = $("lines");
let lastAt = 0;
let drawnFor = "";
let height = box.clientHeight;

// A quote or a hint makes the composer taller: whoever was at the last line stays there.
new ResizeObserver(() => {
  if (box.scrollHeight - box.scrollTop - height < 40) box.scrollTop = box.scrollHeight;
  height = box.clientHeight;
}).observe(box);

/** Add *line*, or put it in place of the one with the same id. */
export function addLine(line, recall) {
  const known = state.lines.has(line.id);
  state.lines.set(line.id, line);
  if (known) {
    document.getElementById(`line-${line.id}`)?.replaceWith(draw(line, recall));
    return;
  }
  hideTyping(line.who);
  const near = box.scrollHeight - box.scrollTop - box.clientHeight < 160 || line.who === state.me;
  separate(line);
  box.append(draw(line, recall));
  if (near) box.scrollTop = box.scrollHeight;
}

/** Draw everything anew: another person looks at it, or the group began anew. */
export function redraw(recall) {
  const lines = [...state.lines.values()];
  box.setAttribute("aria-live", "off");
  box.replaceChildren(welcome());
  lastAt = 0;
  for (const line of lines) {
    separate(line);
    box.append(draw(line, recall));
  }
  box.scrollTop = box.scrollHeight;
  drawnFor = state.me;
  setTimeout(() => box.setAttribute("aria-live", "polite"), 200);
}

export const drawnForMe = () => drawnFor === state.me;

function welcome() {
  return el("p", { class: "notice" }, `欢迎来到「${state.group.name}」。这里的人都由您来扮演，${state.group.bot}是真的。`);
}

function separate(line) {
  const at = Date.parse(line.at);
  if (at - lastAt > GAP) box.append(el("p", { class: "time" }, el("time", { datetime: line.at }, clockTime(line.at))));
  lastAt = at;
}

const classes = (line) =>
  ["line", line.who === state.me && "mine", !line.who && "bot", line.private && "private", /^【#\d+】紧急/.test(line.text) && "urgent"]
    .filter(Boolean)
    .join(" ");

/** Who else sees a private line; the play lets onlookers see it too. */
const onlyFor = (line) => (line.private === state.me ? "只有你看得到" : `私聊，只有${nameOf(line.private)}看得到`);

function draw(line, recall) {
  if (line.private && line.private !== state.me && !line.played) return el("div", { id: `line-${line.id}`, hidden: true });
  if (line.recalled) return el("p", { class: "notice", id: `line-${line.id}` }, `${nameOf(line.who)} 撤回了一条消息`);
  const who = line.who ? person(line.who) : null;
  return el(
    "article",
    { class: classes(line), id: `line-${line.id}`, tabindex: "-1" },
    avatar(who),
    el(
      "div",
      { class: "said" },
      el("p", { class: "name" }, nameOf(line.who), badge(who, line), line.private && el("span", { class: "only" }, onlyFor(line))),
      el("div", { class: "bubble" }, mentions(line), el("span", { class: "words" }, withCodes(line.text, openTicket)), picture(line)),
      quoted(line),
      actions(line, recall),
    ),
  );
}

function badge(who, line) {
  if (!line.who) return el("span", { class: "badge bot" }, "机器人");
  return who?.badge ? el("span", { class: `badge ${who.role}` }, who.badge) : null;
}

const mentions = (line) =>
  line.who || !line.mentions.length ? null : el("span", { class: "mentions" }, line.mentions.map((id) => `@${nameOf(id).split(" ")[0]}`).join(" "), " ");

function picture(line) {
  if (!line.picture) return null;
  const src = `/demo/pictures/${encodeURIComponent(line.picture)}`;
  const settle = () => { box.scrollTop = box.scrollHeight; };
  return el("a", { href: src, target: "_blank", rel: "noopener", class: "photo" }, el("img", { src, alt: "群里发的照片", onload: settle }));
}

function quoted(line) {
  if (!line.quote) return null;
  const text = `${nameOf(line.quote.who).split(" ")[0]}：${short(line.quote.text.replace(/[【】]/g, ""), 30)}`;
  return el("blockquote", { class: "quote" }, text);
}

function actions(line, recall) {
  const name = nameOf(line.who);
  return el(
    "div",
    { class: "actions" },
    el("button", { type: "button", "aria-label": `引用${name}的话：${short(line.text, 20)}`, onclick: () => quote(line.id) }, "引用"),
    line.who && line.who === state.me ? el("button", { type: "button", onclick: () => recall(line) }, "撤回") : null,
  );
}

/** Make *id* the quoted line. */
export function quote(id) {
  state.quote = id;
  changed();
  $("text").focus();
}

/** Show that *who* is typing. */
export function showTyping(who) {
  hideTyping(who);
  const dots = el("div", { class: "bubble dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  const side = who === state.me ? "line mine" : "line";
  box.append(el("div", { class: `${side} typing`, "data-typing": who }, avatar(person(who)), el("div", { class: "said" }, el("p", { class: "name" }, nameOf(who)), dots)));
  box.scrollTop = box.scrollHeight;
}

export function hideTyping(who) {
  for (const node of box.querySelectorAll(".typing")) if (!who || node.dataset.typing === who) node.remove();
}
