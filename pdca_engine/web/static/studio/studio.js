// The studio's page: the editor, the panels beside it, and what goes to and from the server.

import { completer } from "./complete.js";
import { openEditor } from "./editor.js";

const PAUSE = 350; // milliseconds without a key before the text is checked
const PATIENCE = 10_000;
const data = JSON.parse(document.getElementById("studio-data").textContent);
const form = document.getElementById("studio");
const textarea = document.getElementById("text");
const verdict = document.getElementById("part-verdict");
const store = `pdca.studio.${form.elements.workflow.value || "new"}`;
const opening = textarea.value;
let names = data.names, editor = null, timer = 0, round = 0, sending = false, tried = opening;

const textNow = () => (editor ? editor.text() : textarea.value);
const dirty = () => !data.fresh || textNow() !== opening;

// --- what the server says

async function ask(path, body) {
  const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
  if (answer.ok && answer.headers.get("content-type")?.startsWith("application/json")) return answer.json();
  throw new Refusal(await answer.text());
}

/** What a page of the server says instead of an answer. */
class Refusal extends Error {
  constructor(page) {
    super(new DOMParser().parseFromString(page, "text/html").querySelector(".note.bad strong")?.textContent ?? data.say.offline);
  }
}

function sent(more) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  return body;
}

function put(parts) {
  for (const [id, html] of Object.entries(parts)) document.getElementById(id).innerHTML = html;
}

function trouble(error) {
  const said = error instanceof Refusal ? error.message : error.name === "TimeoutError" ? data.say.slow : data.say.offline;
  verdict.replaceChildren(Object.assign(document.createElement("span"), { className: "verdict bad", textContent: said }));
}

async function check() {
  clearTimeout(timer);
  const mine = ++round;
  try {
    const body = new FormData();
    for (const [name, value] of [["text", textNow()], ["workflow", form.elements.workflow.value], ["seen", form.elements.seen.value]]) body.set(name, value);
    const found = await ask("/studio/check", body);
    if (mine !== round) return; // the text went on meanwhile
    put(found.parts);
    names = found.names;
    editor?.show(found.problems);
  } catch (error) {
    if (mine === round) trouble(error);
  }
}

function heard(text) {
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE);
  keep(text);
}

function moved(problems) {
  const one = problems[0];
  const more = one?.suggestion ? data.say.suggested.replace("{word}", one.suggestion) : "";
  const said = one ? data.say.at.replace("{line}", one.line).replace("{message}", () => one.message) + more : "";
  const place = document.getElementById("here");
  if (place.textContent !== said) place.textContent = said;
  place.className = one?.severity ?? "";
}

// --- trying it

let line = Promise.resolve(); // one after the other: each goes on from the story that the one before left

function tryIt(act) {
  line = line.then(() => tryNow(act));
}

async function tryNow(act) {
  try {
    const { parts } = await ask("/studio/try", sent({ act }));
    tried = textNow();
    const held = document.activeElement;
    put(parts);
    if (act !== "refresh") settle(act);
    else if (!held.isConnected) findAgain(held)?.focus();
  } catch (error) {
    trouble(error);
  }
}

/** The control that stands where another one of the same name and value stood. */
function findAgain(one) {
  return [...form.elements].find((other) => other.name === one.name && other.value === one.value && other.type === one.type);
}

/** What was pressed is gone with the part it stood in: the focus goes where the next thing is to be done. */
function settle(act) {
  const part = document.getElementById("part-try");
  const places = {
    open: ".filling input, .filling select, .filling textarea, .filling button",
    look: "[name=role]",
    do: ".note.bad, .standing",
  };
  const place = part.querySelector(places[act.split(":")[0]] ?? `button[value="${CSS.escape(act)}"]`) ?? part.querySelector(".standing");
  if (!place) return;
  if (!place.matches("input, select, textarea, button")) place.tabIndex = -1;
  place.focus();
}

// --- panels, one at a time

const tabs = [...document.querySelectorAll(".choosing [role=tab]")];
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

function choose(tab, focus) {
  for (const one of tabs) {
    const on = one === tab;
    one.setAttribute("aria-selected", String(on));
    one.tabIndex = on ? 0 : -1;
    panelOf(one).hidden = !on;
  }
  history.replaceState(history.state, "", `#${panelOf(tab).id}`);
  if (focus) tab.focus();
  if (tab.id === "tab-try" && tried !== textNow()) tryIt("refresh");
}

function steer(event) {
  const at = tabs.indexOf(event.target.closest("[role=tab]"));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  choose(tabs[(to + tabs.length) % tabs.length], true);
}

function followHash() {
  const tab = tabs.find((one) => `#${panelOf(one).id}` === location.hash);
  if (tab) choose(tab, false);
  return Boolean(tab);
}

// --- a draft is kept in this browser, never on the server

function keep(text, more = {}) {
  try {
    if (data.fresh && text === opening) localStorage.removeItem(store);
    else localStorage.setItem(store, JSON.stringify({ text, at: new Date().toISOString(), ...more }));
  } catch { /* a browser that keeps nothing keeps no draft */ }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(store));
  } catch {
    return null;
  }
}

function offerDraft() {
  const draft = kept(), note = document.getElementById("kept");
  if (!data.fresh) keep(opening); // what came back was not published
  if (!draft || draft.text === opening || !data.fresh) return;
  document.getElementById("kept-when").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
  document.getElementById("kept-take").onclick = () => { editor.replace(draft.text); note.hidden = true; editor.view.focus(); };
  document.getElementById("kept-drop").onclick = () => { localStorage.removeItem(store); note.hidden = true; editor.view.focus(); };
  note.hidden = false;
}

// --- everything together

form.addEventListener("formdata", (event) => event.formData.set("text", textNow()));
form.addEventListener("submit", (event) => {
  const to = event.submitter?.getAttribute("formaction") ?? "/studio/check";
  if (to === "/studio/publish") {
    sending = true;
    keep(textNow(), { sent: true }); // the page that says it is published throws it away
    return;
  }
  event.preventDefault();
  if (to === "/studio/try") tryIt(event.submitter.value);
  else check();
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("#panel-try input")) return;
  event.preventDefault();
  const step = event.target.closest(".filling")?.querySelector("button") ?? form.querySelector('button[value="wait"]');
  tryIt(step.value);
});
form.addEventListener("change", (event) => { if (event.target.dataset.act) tryIt(event.target.dataset.act); });
form.addEventListener("click", (event) => {
  const place = event.target.closest(".place");
  if (place) editor?.go(Number(place.dataset.line), Number(place.dataset.column));
  const tab = event.target.closest("[role=tab]");
  if (tab) choose(tab, false);
});
document.querySelector(".choosing").addEventListener("keydown", steer);
addEventListener("hashchange", followHash);
addEventListener("beforeunload", (event) => { if (dirty() && !sending) event.preventDefault(); });

async function begin() {
  document.querySelector(".choosing").hidden = false;
  for (const tab of tabs) {
    panelOf(tab).role = "tabpanel";
    panelOf(tab).setAttribute("aria-labelledby", tab.id);
  }
  document.documentElement.classList.add("studying");
  if (!followHash()) choose(tabs.find((one) => one.getAttribute("aria-selected") === "true"), false);
  const [cm, words] = await Promise.all([import(data.vendor), fetch("/studio/words").then((answer) => answer.json())]);
  const host = document.getElementById("editor");
  const complete = completer(words, () => names, data.language);
  editor = openEditor(cm, host, textarea, { complete, language: data.language, say: data.say, heard, moved });
  textarea.hidden = true;
  textarea.disabled = true;
  host.hidden = false;
  document.getElementById("keys").hidden = false;
  editor.show(data.problems);
  offerDraft();
  document.documentElement.dataset.studio = "ready";
}

begin().catch(trouble); // without the editor the plain field stays, and everything else works with it
