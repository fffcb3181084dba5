// The page's line to the server, and what the buttons at the top do.

import { addLine, drawnForMe, hideTyping, redraw, showTyping } from "./chat.js";
import * as composer from "./composer.js";
import { $ } from "./dom.js";
import { changed, person, state, watch } from "./state.js";
import { follow } from "./tickets.js";

let socket;
let wait = 500;

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/demo/ws`);
  socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    state.online = false;
    changed();
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 8000);
  });
}

/** Send *frame*; false when nobody would hear it. */
function ask(frame) {
  if (socket.readyState !== WebSocket.OPEN) {
    toast("和楼事通的连接断了，正在重连…");
    return false;
  }
  socket.send(JSON.stringify(frame));
  return true;
}

const recall = (line) => ask({ type: "recall", who: line.who, id: line.id });

const HEARD = {
  hello({ group, people, messages, playing }) {
    people.forEach((p, n) => { p.colour = n % 7; });
    Object.assign(state, { group, people, playing, online: true, quote: "" });
    wait = 500;
    state.lines = new Map(messages.map((m) => [m.id, m]));
    document.title = `${group.name} · ${group.bot}演示`;
    redraw(recall);
  },
  message({ message }) {
    message.played = state.playing;
    addLine(message, recall);
  },
  cleared() {
    state.lines.clear();
    state.quote = "";
    redraw(recall);
  },
  typing({ who }) {
    if (state.playing && who !== state.me && person(who)?.playable) composer.become(who, state.quote);
    showTyping(who);
  },
  playing({ on, step, of, note }) {
    state.playing = on;
    if (!on) hideTyping("");
    $("caption").hidden = !on;
    $("caption").textContent = on ? `${step}/${of}　${note}` : "";
  },
  error({ text }) {
    toast(text);
  },
};

function hear(frame) {
  HEARD[frame.type]?.(frame);
  changed();
}

let toastTimer;

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 4000);
}

/** A button that asks again before it wipes what people have said. */
function wiping(button, label, warning, act) {
  let sure = 0;
  button.addEventListener("click", () => {
    const spoken = [...state.lines.values()].some((line) => line.who);
    if (spoken && Date.now() > sure) {
      sure = Date.now() + 4000;
      button.textContent = warning;
      setTimeout(() => { button.textContent = label(); }, 4000);
      return;
    }
    sure = 0;
    act();
    button.textContent = label();
  });
}

const playLabel = () => (state.playing ? "■ 停止播放" : "▶ 播放一个早晨");

$("play").addEventListener("click", (event) => {
  if (!state.playing) return;
  event.stopImmediatePropagation();
  ask({ type: "stop" });
});
wiping($("play"), playLabel, "再点就清空重播", () => ask({ type: "play" }));
wiping($("reset"), () => "重新开始", "再点就清空", () => ask({ type: "reset" }));

function showTab(name) {
  document.body.dataset.tab = name;
  for (const tab of ["chat", "tickets"]) $(`tab-${tab}`).setAttribute("aria-pressed", String(tab === name));
  if (name === "tickets") $("tab-tickets").classList.remove("news");
  else $("lines").scrollTop = $("lines").scrollHeight;
}

$("tab-chat").addEventListener("click", () => showTab("chat"));
$("tab-tickets").addEventListener("click", () => showTab("tickets"));
document.body.addEventListener("show-tab", (event) => showTab(event.detail));

let wasPlaying = false;

watch(() => {
  if (state.people.length && !drawnForMe()) redraw(recall);
  composer.draw();
  $("group-name").textContent = `${state.group.name || "业主群"}（${state.people.length + 1}）`;
  $("presence").textContent = state.online ? "楼事通在群里" : "连接中…";
  if (wasPlaying !== state.playing) $("play").textContent = playLabel();
  wasPlaying = state.playing;
});

composer.wire((what) => ask({ type: "say", ...what }), toast);
connect();
follow();
