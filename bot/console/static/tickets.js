// 工单 with a keyboard or a mouse: a whole page ticked at once, a stretch with Shift, how many are ticked. Everything
// else on the page needs no script.

const ticks = [...document.querySelectorAll(".tick input")];
const count = document.querySelector(".batch-count");
let last = null;

function counted() {
  count.textContent = `选中${ticks.filter((tick) => tick.checked).length}件`;
  if (all) all.checked = ticks.every((tick) => tick.checked);
}

function offered() {
  const list = document.getElementById("list");
  if (!list || ticks.length < 2) return null;
  const label = document.createElement("label");
  label.className = "picked";
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  label.append(box, " 选中这一页");
  const line = document.createElement("p");
  line.append(label);
  list.before(line);
  box.addEventListener("change", () => {
    ticks.forEach((tick) => (tick.checked = box.checked));
    counted();
  });
  return box;
}

const all = offered();
for (const tick of ticks) {
  tick.addEventListener("click", (event) => {
    if (event.shiftKey && last && last !== tick) {
      const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
      ticks.slice(from, to + 1).forEach((one) => (one.checked = tick.checked));
    }
    last = tick;
    counted();
  });
}
addEventListener("pageshow", counted);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  document.getElementById("f-q").focus();
});
document.documentElement.dataset.ready = "yes";
