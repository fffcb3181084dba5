// What the page knows. Whoever changes it calls `changed`; the parts redraw themselves.

export const state = {
  group: { name: "", bot: "楼事通" },
  people: [],
  me: "wang",
  /** id → line, in the order in which they came. */
  lines: new Map(),
  /** The id of the line that will be quoted. */
  quote: "",
  tickets: [],
  playing: false,
  online: false,
};

const watchers = [];

/** Call *fn* after every change. */
export const watch = (fn) => watchers.push(fn);

let due = false;

/** Something has changed: redraw, once, soon. */
export function changed() {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    for (const fn of watchers) fn();
  });
}

export const person = (id) => state.people.find((p) => p.id === id) ?? null;
export const nameOf = (id) => (id ? person(id)?.name ?? "邻居" : state.group.bot);
export const me = () => person(state.me);
export const ticket = (number) => state.tickets.find((t) => t.number === number) ?? null;

/** The bot's latest line in the group that speaks of ticket *number*. */
export function botLineAbout(number) {
  return [...state.lines.values()].findLast((m) => !m.who && !m.private && m.text.includes(`【#${number}】`)) ?? null;
}

/** The first ticket that the quoted line speaks of. */
export function quotedTicket() {
  const found = /【#(\d+)】/.exec(state.lines.get(state.quote)?.text ?? "");
  return found ? ticket(Number(found[1])) : null;
}
