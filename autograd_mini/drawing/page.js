"use strict";
// Each sweep holds its steps, and for each box and arrow what it looks like from which step on. So any step can be shown
// without those before it.
const data = JSON.parse(document.getElementById("data").textContent);
const by = (id) => document.getElementById(id);
const main = document.querySelector("main");
const stage = document.querySelector(".stage");
const modes = [...document.querySelectorAll("button[data-mode]")];
const from = document.querySelector("select");
const PAUSE = 1500; // milliseconds between the steps of Play

const state = { sweep: data.sweeps[0], step: 0, selected: null };
let timer = null;

// The picture

const views = data.views.map((view) => ({
  boxes: data.boxes.map((box) => found(`${view}-n${box.key}`, ["first", "symbol", "second"])),
  arrows: data.arrows.map((arrow) => found(`${view}-a${arrow}`, ["second"])),
}));

function found(id, words) {
  const group = by(id);
  const parts = words.map((word) => [word, group.querySelector(`.${word}`)]);
  return { group, ...Object.fromEntries(parts) };
}

function at(history) {
  return history.findLast(([since]) => since <= state.step);
}

function write(text, words, number) {
  const parts = text.querySelectorAll("tspan");
  parts[0].textContent = parts.length > 1 ? words : words + number;
  if (parts.length > 1) parts[1].textContent = number;
}

function mark(group, marks) {
  for (const [word, on] of Object.entries(marks)) group.classList.toggle(word, Boolean(on));
}

function show() {
  const { sweep, step, selected } = state;
  const frame = sweep.frames[step];
  for (const view of views) {
    view.boxes.forEach((parts, i) => showBox(parts, i, at(sweep.boxes[i]), frame));
    view.arrows.forEach((parts, i) => showArrow(parts, at(sweep.arrows[i]), frame.arrows.includes(i)));
  }
  main.dataset.mode = sweep.mode;
  for (const button of modes) button.setAttribute("aria-pressed", button.dataset.mode === sweep.mode);
  if (sweep.mode === "forward") from.value = sweep.from;
  const last = sweep.frames.length;
  by("slider").max = last;
  by("slider").value = step + 1;
  by("slider").setAttribute("aria-valuetext", `${step + 1} of ${last}`);
  by("count").textContent = `${step + 1} / ${last}`;
  by("previous").setAttribute("aria-disabled", step === 0);
  by("next").setAttribute("aria-disabled", step === last - 1);
  by("step").textContent = frame.text;
  const [before, after, since] = sweep.sums[selected ?? frame.about];
  by("sum").textContent = step < since ? before : after;
}

function showBox({ group, first: value, symbol, second }, i, [, reached, known, words, number], frame) {
  const box = data.boxes[i];
  const chosen = state.selected === i;
  mark(group, {
    waiting: !reached,
    blank: number === "?",
    unknown: !known,
    active: frame.boxes.includes(i),
    selected: chosen,
    without: !reached || state.sweep.mode !== "reverse",
  });
  if (value) write(value, "", known ? box.value : "?");
  if (symbol) write(symbol, words.replace(/ = $/, ""), "");
  if (second) symbol ? write(second, "", number) : write(second, words, number);
  group.setAttribute("aria-pressed", chosen);
  const said = known ? `${box.label}, value ${box.value}` : `${box.label}, not evaluated yet`;
  group.setAttribute("aria-label", number ? `${said}, ${words}${number}` : said);
}

function showArrow({ group, second }, [, reached, known, words, number], active) {
  mark(group, { waiting: !reached, unknown: !known, bare: second && !number, active });
  if (second) write(second, words, number);
}

// Moving about

function go(step) {
  state.step = Math.min(Math.max(step, 0), state.sweep.frames.length - 1);
  show();
  reveal();
  remember();
}

function choose(sweep, step = 0) {
  if (!sweep) return;
  pause();
  settle();
  Object.assign(state, { sweep, step });
  show();
  remember(true);
}

function select(i) {
  settle();
  state.selected = state.selected === i ? null : i;
  show();
  remember(true);
}

function ofMode(mode, input) {
  const sweeps = data.sweeps.filter((sweep) => sweep.mode === mode);
  return sweeps.find((sweep) => sweep.from === input) ?? sweeps[0];
}

// Bring what a step is about into view, and last what matters most.
function reveal() {
  const { boxes, about } = state.sweep.frames[state.step];
  for (const i of [...boxes, about]) {
    for (const { boxes } of views) boxes[i].group.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function play() {
  if (timer) return pause();
  const last = state.sweep.frames.length - 1;
  if (state.step === last) go(0);
  by("play").textContent = "Pause";
  timer = setInterval(() => {
    go(state.step + 1);
    if (state.step === state.sweep.frames.length - 1) pause();
  }, PAUSE);
}

function pause() {
  clearInterval(timer);
  timer = null;
  by("play").textContent = "Play";
}

// The address: a link leads to a mode, a step and a box

let due = null;

function remember(anew = false) {
  clearTimeout(due);
  due = null;
  if (anew) settle("pushState");
  else due = setTimeout(settle, 200, "replaceState"); // browsers refuse too many in a row
}

function settle(how = due && "replaceState") {
  clearTimeout(due);
  due = null;
  if (!how) return;
  const { sweep, step, selected } = state;
  const where = new URLSearchParams({ mode: sweep.mode });
  if (sweep.from) where.set("from", sweep.from);
  where.set("step", step + 1);
  if (selected !== null) where.set("box", data.boxes[selected].id);
  if (`#${where}` === location.hash) return;
  try {
    history[how](null, "", `#${where}`);
  } catch {
    // A page that is shown inside another may have no address of its own.
  }
}

function recall() {
  const where = new URLSearchParams(location.hash.slice(1));
  const sweep = ofMode(where.get("mode"), where.get("from")) ?? data.sweeps[0];
  const step = Math.trunc(Number(where.get("step")) || 1) - 1;
  const selected = data.boxes.findIndex((box) => box.id === where.get("box"));
  pause();
  state.sweep = sweep;
  state.step = Math.min(Math.max(step, 0), sweep.frames.length - 1);
  state.selected = selected < 0 ? null : selected;
  show();
  if (location.hash) reveal();
}

// Hands

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const { target, key } = event;
  const node = target.closest?.(".node");
  const act = {
    ArrowLeft: () => (pause(), go(state.step - 1)),
    ArrowRight: () => (pause(), go(state.step + 1)),
    Home: () => (pause(), go(0)),
    End: () => (pause(), go(Infinity)),
    " ": () => (node ? select(indexOf(node)) : play()),
    Enter: node && (() => select(indexOf(node))),
    Escape: state.selected !== null && (() => select(state.selected)),
    1: () => choose(ofMode("evaluate")),
    2: () => choose(ofMode("reverse")),
    3: () => choose(ofMode("forward", from.value)),
  }[key];
  const own = target.closest?.("button") ? " " : target === from ? " 123" : "";
  if (!act || own.includes(key) || (target === from && /Home|End|Enter|Escape/.test(key))) return;
  event.preventDefault();
  act();
}

function indexOf(node) {
  return views.flatMap((view) => view.boxes.map(({ group }, i) => [group, i])).find(([group]) => group === node)[1];
}

for (const { boxes } of views) {
  for (const { group } of boxes) {
    group.setAttribute("tabindex", 0);
    group.setAttribute("role", "button");
  }
}
for (const { name, id, why } of data.inputs) {
  const option = new Option(why ? `${name}: ${why}` : name, id);
  option.disabled = Boolean(why);
  from.add(option);
}
if (from.selectedIndex < 0) from.selectedIndex = 0;
for (const button of modes) {
  const sweep = () => ofMode(button.dataset.mode, from.value);
  button.disabled = !sweep();
  button.addEventListener("click", () => choose(sweep()));
}
from.disabled = !ofMode("forward");
from.addEventListener("change", () => choose(ofMode("forward", from.value)));
stage.addEventListener("click", ({ target }) => {
  const node = target.closest(".node");
  if (node) select(indexOf(node));
});
by("previous").addEventListener("click", () => (pause(), go(state.step - 1)));
by("next").addEventListener("click", () => (pause(), go(state.step + 1)));
by("play").addEventListener("click", play);
by("slider").addEventListener("input", (event) => (pause(), go(event.target.value - 1)));
document.addEventListener("keydown", pressed);
addEventListener("popstate", recall);
addEventListener("hashchange", recall);
for (const element of document.querySelectorAll("main [hidden]")) element.hidden = false;
recall();
