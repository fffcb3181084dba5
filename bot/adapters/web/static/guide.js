// What somebody could say next: quick phrases for who they are, and one hint at a time. Plain tables.

import { botLineAbout, me, person, quotedTicket, state } from "./state.js";

const OPEN = ["pending", "confirmed", "assigned", "in_progress"];

/** Per role: what can be said of a ticket, and in which statuses. */
const ABOUT = {
  leader: [
    ["确认", ["pending"]],
    ["误报", ["pending"]],
    ["改大事", ["pending", "confirmed"], "small"],
    ["改小事", ["pending", "confirmed"], "big"],
    ["改私事", ["pending", "confirmed"]],
    ["查", OPEN],
  ],
  property: [
    ["接单", ["confirmed", "assigned"]],
    ["办理中 师傅在路上", ["assigned", "in_progress"]],
    ["办结 已修好", ["in_progress"]],
    ["查", ["pending", "resolved"]],
  ],
  worker: [
    ["确认", ["pending"]],
    ["转 物业", ["pending", "confirmed"]],
    ["改大事", ["pending", "confirmed"], "small"],
    ["办结 社区已协调", ["in_progress"]],
    ["查", [...OPEN, "resolved"]],
  ],
};

const NEIGHBOUR = [
  ["我家也是", OPEN],
  ["催", ["confirmed", "assigned", "in_progress"]],
];
const CONCERNED = [
  ["评 5", ["resolved"]],
  ["没解决", ["resolved"]],
  ["催", ["confirmed", "assigned", "in_progress"]],
  ["撤回", ["pending"]],
];

const SAMPLES = {
  wang: ["3号楼2单元楼道水管漏水了，有人管吗", "楼道灯坏了好几天，晚上黑得看不见"],
  zhao: ["电梯又停了，爬了三楼", "地下车库消防通道又被车堵死了"],
  lin: ["楼上半夜还在装修，吵得睡不着", "今天的夕阳真好看"],
};

/** The phrases that fit now: `{ text, quote }`; *quote* is the id of the line to quote, if any. */
export function phrases() {
  const mine = me();
  if (!mine) return [];
  const quoted = quotedTicket();
  const target = quoted ?? newestFor(mine);
  const quote = target ? state.quote || (botLineAbout(target.number)?.id ?? "") : "";
  const about = target ? fitting(mine, target).map((text) => ({ text, quote, code: target.code })) : [];
  if (quoted) return about;
  const samples = mine.role === "resident" ? (SAMPLES[mine.id] ?? []) : [];
  return [...about, ...samples.map((text) => ({ text })), { text: "我的诉求" }, { text: "帮助" }];
}

function fitting(mine, target) {
  const concerned = target.people.includes(mine.id);
  const table = ABOUT[mine.role] ?? (concerned ? CONCERNED : NEIGHBOUR);
  return table.filter(([, when, tier]) => when.includes(target.status.code) && (!tier || tier === target.tier.code)).map(([text]) => text);
}

const newestFor = (mine) => state.tickets.find((t) => fitting(mine, t).some((text) => text !== "查")) ?? null;

/** What to try next: `{ text, who, number }`; *who* and *number* say whom to become and which ticket to quote. */
export function hint() {
  if (state.playing) return { text: "正在播放；您也可以随时插一句" };
  const first = (status) => state.tickets.find((t) => t.status.code === status);
  const pending = first("pending");
  if (pending && !botLineAbout(pending.number)) return { text: `${pending.code} 记下了，楼事通等您把话说完再开口…` };
  if (pending) return { text: `${pending.code} 等楼长确认`, who: "li", number: pending.number };
  const confirmed = first("confirmed") ?? first("assigned");
  if (confirmed) return { text: `${confirmed.code} 已确认，等物业接单`, who: "zhou", number: confirmed.number };
  const working = first("in_progress");
  if (working) return { text: `${working.code} 办理中，办完了告诉大家`, who: "zhou", number: working.number };
  const unrated = state.tickets.find((t) => t.status.code === "resolved" && !t.ratings.length && t.people.some((id) => person(id)?.playable));
  if (unrated) return { text: `${unrated.code} 办结了，请反映的人打个分`, who: unrated.people.find((id) => person(id)?.playable), number: unrated.number };
  if (state.tickets.length) return { text: "这一圈走完了。换个人说件别的事，或者说句闲话看看" };
  return { text: "先当一回居民：点下面的一句话，或者自己写一句" };
}
