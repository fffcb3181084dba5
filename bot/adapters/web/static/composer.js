// The lower edge of the chat: who I am, what I quote, what I say, which picture.

import { $, avatar, el, short } from "./dom.js";
import { hint, phrases } from "./guide.js";
import { botLineAbout, changed, nameOf, state } from "./state.js";

const LONGEST = 1280;
const TOO_LARGE = 5 * 1024 * 1024;
let say;
let complain;

/** Wire the composer; *speak* sends one line, *toast* tells the user what went wrong. */
export function wire(speak, toast) {
  say = speak;
  complain = toast;
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    sendText();
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      sendText();
    }
    if (event.key === "Escape") unquote();
  });
  $("text").addEventListener("input", grow);
  $("unquote").addEventListener("click", unquote);
  $("file").addEventListener("change", () => {
    const [file] = $("file").files;
    if (file) sendPicture(file);
    $("file").value = "";
  });
}

function sendText() {
  const text = $("text").value.trim();
  if (text && send({ text })) {
    $("text").value = "";
    grow();
  }
}

/** Send *what*, quoting what is quoted; a line that answers a private one stays private. */
function send(what) {
  const quote = what.quote ?? state.quote;
  const sent = say({ who: state.me, ...what, quote, private: Boolean(state.lines.get(quote)?.private) });
  if (sent) unquote();
  return sent;
}

function unquote() {
  state.quote = "";
  changed();
}

function grow() {
  const area = $("text");
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 120)}px`;
}

async function sendPicture(blob) {
  try {
    const data = await scaled(blob);
    send({ text: "", picture: data });
  } catch {
    complain("这张图片打不开，换一张试试");
  }
}

/** *blob* as base64 of a JPEG whose longer side is at most LONGEST. */
async function scaled(blob) {
  const bitmap = await createImageBitmap(blob);
  const factor = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = el("canvas", { width: Math.round(bitmap.width * factor), height: Math.round(bitmap.height * factor) });
  const paint = canvas.getContext("2d");
  paint.fillStyle = "#fff";
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const url = canvas.toDataURL("image/jpeg", 0.85);
  if (url.length > TOO_LARGE) throw new Error("too large");
  return url.slice(url.indexOf(",") + 1);
}

const samplePhoto = async () => sendPicture(await (await fetch("/demo/static/leak.jpg")).blob());

/** Draw who I am, what I quote, what I could say. */
export function draw() {
  drawWho();
  drawQuote();
  drawHint();
  drawPhrases();
  $("text").placeholder = `以${nameOf(state.me).split(" ")[0]}的身份说点什么`;
  $("send").disabled = !state.online;
}

function drawWho() {
  const box = $("who");
  const cast = state.people.filter((p) => p.playable);
  if (box.childElementCount !== cast.length) box.replaceChildren(...cast.map(chip));
  for (const input of box.querySelectorAll("input")) input.checked = input.value === state.me;
}

function chip(p) {
  const input = el("input", { type: "radio", name: "who", value: p.id, class: "unseen", onchange: () => become(p.id) });
  const [name, room] = p.name.split(" ");
  return el("label", { class: "chip person" }, input, avatar(p), el("span", {}, name, room && el("small", {}, ` ${room}`)));
}

/** Be *id* from now on, quoting *quote* if given. */
export function become(id, quote = "") {
  state.me = id;
  state.quote = quote;
  changed();
  for (const input of $("who").querySelectorAll("input")) {
    if (input.value === id) input.closest("label").scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function drawQuote() {
  const line = state.lines.get(state.quote);
  $("quoting").hidden = !line;
  if (line) $("quoting-text").textContent = `引用 ${nameOf(line.who).split(" ")[0]}：${short(line.text || "[图片]", 60)}`;
}

function drawHint() {
  const next = hint();
  const other = next.who && (next.who !== state.me || !state.quote);
  const go = () => {
    become(next.who, botLineAbout(next.number)?.id ?? "");
    $("phrases").querySelector("button")?.focus();
  };
  $("hint").replaceChildren(
    el("span", {}, next.text),
    other ? el("button", { type: "button", class: "go", onclick: go }, next.who === state.me ? "引用那句话来回复" : `换成${nameOf(next.who).split(" ")[0]}来回复`) : "",
  );
}

function drawPhrases() {
  const buttons = phrases().map(({ text, quote, code }) =>
    el("button", { type: "button", class: "chip", onclick: () => send({ text, quote }) }, text, code && !state.quote ? el("small", {}, ` ${code}`) : null),
  );
  const photo = el("button", { type: "button", class: "chip photo-chip", onclick: samplePhoto }, "发一张样例照片");
  const key = [...buttons, photo].map((b) => b.textContent).join("|");
  const box = $("phrases");
  if (box.dataset.key !== `${state.quote}|${state.me}|${key}`) box.replaceChildren(...buttons, photo);
  box.dataset.key = `${state.quote}|${state.me}|${key}`;
}
