// 学习 by keyboard: j k go, 1 是事, 2 不是, z takes the last one back. While it trains, the page asks how far it is.
// Without this file the forms of the page do the same.

const root = location.pathname;
const training = document.getElementById("training");
const samples = [...document.querySelectorAll(".sample")];
const done = [];
let current = null;

// The samples

function go(sample, focus = true) {
  current?.classList.remove("at");
  current = sample ?? null;
  current?.classList.add("at");
  if (current && focus) {
    current.focus({ preventScroll: true });
    current.scrollIntoView({ block: "nearest" });
  }
}

const open = () => samples.filter((s) => !s.classList.contains("done"));

function step(by) {
  const all = open();
  go(all[Math.min(Math.max(all.indexOf(current) + by, 0), all.length - 1)] ?? all[0]);
}

async function send(form, action) {
  const data = new URLSearchParams(new FormData(form));
  data.set("action", action);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: data, headers: { Accept: "application/json" } });
    return await answer.json();
  } catch {
    return { ok: false, text: "没有送到，请再试一次" };
  }
}

async function answer(sample, action) {
  const wrong = sample.querySelector(".wrong");
  const all = open();
  const next = all[all.indexOf(sample) + 1] ?? all[all.indexOf(sample) - 1];
  sample.classList.add("done");
  wrong.hidden = true;
  done.push(sample);
  go(next);
  const said = await send(sample.querySelector("form"), action);
  if (said.ok) return;
  sample.classList.remove("done");
  done.splice(done.indexOf(sample), 1);
  wrong.textContent = said.text;
  wrong.hidden = false;
}

async function undo() {
  const sample = done.pop();
  if (!sample) return;
  const said = await send(sample.querySelector("form"), "undo");
  if (said.ok) {
    sample.classList.remove("done");
    go(sample);
  }
}

document.addEventListener("submit", (event) => {
  const sample = event.target.closest(".sample");
  if (!sample || !event.submitter) return;
  event.preventDefault();
  answer(sample, event.submitter.value);
});

const KEYS = { j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1), z: undo };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !samples.length) return;
  if (event.target.closest("input, select, textarea, summary")) return;
  if (event.key in KEYS) KEYS[event.key]();
  else if ("12".includes(event.key) && current) current.querySelector(`[data-key="${event.key}"]`).click();
  else return;
  event.preventDefault();
});

// The training

async function refresh() {
  if (!training.querySelector("#running")) return;
  const answer = await fetch(`${root}?part=training`, { headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) training.innerHTML = await answer.text();
}

setInterval(refresh, 2_000);
go(open()[0], false);
document.documentElement.dataset.ready = "yes";
