// Building elements. Text only ever becomes text: there is no way in here to make markup of it.

export const $ = (id) => document.getElementById(id);

/** An element *tag* with *props* (class, data-*, on*, aria-*, …) and *children* (strings or elements; null is left out). */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

const two = (n) => String(n).padStart(2, "0");

/** *iso* as people say a time of day; with the date when it is not today. */
export function clockTime(iso) {
  const at = new Date(iso);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.toDateString() === new Date().toDateString() ? time : `${at.getMonth() + 1}月${at.getDate()}日 ${time}`;
}

/** *text* with every ticket code 【#n】 as a button that calls *open* with n. */
export function withCodes(text, open) {
  return text.split(/(【#\d+】)/).filter(Boolean).map((part) => {
    const number = /^【#(\d+)】$/.exec(part);
    if (!number) return part;
    return el("button", { type: "button", class: "code", title: "看这张工单", onclick: () => open(Number(number[1])) }, `#${number[1]}`);
  });
}

/** The avatar of a person; of the bot when *person* is null. */
export function avatar(person) {
  if (!person) return el("img", { class: "avatar", src: "/demo/static/icon.svg", alt: "", width: 38, height: 38 });
  const initial = /小(.)/.exec(person.name)?.[1] ?? person.name[0];
  return el("span", { class: `avatar colour${person.colour}`, "aria-hidden": "true" }, initial);
}

/** *text* cut to *limit* characters. */
export const short = (text, limit) => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
