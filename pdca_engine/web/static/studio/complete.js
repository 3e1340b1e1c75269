// What can stand at the cursor: keys and words of the JSON Schema, and the names that the text itself gives.

const WORD = /[\w.]*$/;
const KEY = /^(\s*)((?:- +)*)(?:"([^"]+)"|'([^']+)'|([\w.-]+)):(?=\s|$)/;
const STATES = new Set(["from", "to", "in", "entered", "all_in", "ends", "state", "fixed_from"]);
const FIELDS = new Set(["fields", "field", "freeze_baseline"]);
const GUARDS = new Set(["when", "that"]);
const FACTS = ["actor.id", "actor.roles", "children.open", "children.done", "children.total", "evidence.count", "evidence.newest", "now"];

/** Where the cursor is: the keys above it, whether a key or a value is being written, and the word so far. */
export function placeAt(lines, number, column) {
  const before = lines[number].slice(0, column);
  const own = /^(\s*)((?:- +)*)/.exec(before);
  const flow = flowOf(before.slice(own[0].length));
  if (flow === null) return null;
  const above = keysAbove(lines, number, own[1].length, own[2] !== "");
  const entry = own[2] !== "" && flow.path.length === 0 && flow.atKey; // an entry of a list: a word by itself, or the first key of a mapping
  return { path: [...above, ...flow.path], atKey: flow.atKey, atValue: entry || !flow.atKey, word: WORD.exec(before)[0] };
}

function keysAbove(lines, number, indent, dashed) {
  const path = [];
  let limit = indent;
  for (let n = number - 1; n >= 0 && (limit > 0 || dashed); n--) {
    const found = KEY.exec(lines[n]);
    if (!found || /^\s*#/.test(lines[n])) continue;
    const at = found[1].length, deep = found[2].length > 0;
    if (at < limit || (at === limit && dashed && !deep)) {
      path.unshift(found[3] ?? found[4] ?? found[5]);
      limit = at;
      dashed = deep;
    } else if (deep && at + found[2].length <= limit && at < limit) {
      limit = at;
    }
  }
  return path;
}

/** The keys that braces, brackets and colons open on the line itself; null inside a comment. */
function flowOf(text) {
  const stack = [{ open: "", key: null }];
  let token = "", quote = "";
  for (let i = 0; i < text.length; i++) {
    const sign = text[i], top = stack.at(-1);
    if (quote) { if (sign === quote) quote = ""; else token += sign; continue; }
    if ((sign === '"' || sign === "'") && !token.trim()) { quote = sign; continue; }
    if (sign === "#" && (i === 0 || text[i - 1] === " ")) return null;
    if (sign === "{" || sign === "[") { stack.push({ open: sign, key: null }); token = ""; }
    else if ((sign === "}" || sign === "]") && stack.length > 1) { stack.pop(); token = ""; }
    else if (sign === "," && top.open) { if (top.open === "{") top.key = null; token = ""; }
    else if (sign === ":" && (i + 1 === text.length || text[i + 1] === " ") && top.open !== "[" && top.key === null) { top.key = token.trim(); token = ""; }
    else token += sign;
  }
  const top = stack.at(-1);
  return { path: stack.map((one) => one.key).filter((one) => one !== null), atKey: top.key === null && top.open !== "[" };
}

/** Every shape a place can have: references followed, alternatives side by side, a list as what it holds. */
function shapes(root, nodes) {
  const found = [], seen = new Set();
  const look = (node) => {
    if (!node || seen.has(node)) return;
    seen.add(node);
    if (node.$ref) look(root.$defs[node.$ref.split("/").at(-1)]);
    for (const one of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) look(one);
    if (node.items) look(node.items);
    found.push(node);
  };
  nodes.forEach(look);
  return found;
}

function shapesAt(root, path) {
  let nodes = shapes(root, [root]);
  for (const key of path) {
    const next = nodes.map((node) => node.properties?.[key] ?? (typeof node.additionalProperties === "object" ? node.additionalProperties : null));
    nodes = shapes(root, next.filter(Boolean));
  }
  return nodes;
}

/** The names a text gives under its top-level sections, read line by line, so that a broken text gives them too. */
export function namesIn(lines) {
  const found = { states: {}, fields: {}, transitions: {}, timers: {} };
  let section = null, depth = 0;
  for (const line of lines) {
    const top = /^([a-z_]+):/.exec(line);
    if (top) { section = found[top[1]] ? top[1] : null; depth = 0; continue; }
    const name = /^( +)([a-z][a-z0-9_]*):/.exec(line);
    if (section && name && (depth === 0 || name[1].length === depth)) { depth = name[1].length; found[section][name[2]] = ""; }
  }
  return found;
}

function merged(known, lines) {
  const own = namesIn(lines), all = {};
  for (const section of Object.keys(own)) all[section] = { ...own[section], ...(known[section] ?? {}) };
  return all;
}

function named(table, type) {
  return Object.entries(table).map(([label, detail]) => ({ label, detail, type, boost: 5 }));
}

function valuesAt(place, words, names) {
  const key = place.path.at(-1), fields = { ...Object.fromEntries(words.columns.map((one) => [one, ""])), ...names.fields };
  if (place.path.includes("approvals")) return [];
  if (STATES.has(key)) return [...named(names.states, "constant"), ...(key === "to" ? named({ same: "", previous: "" }, "keyword") : [])];
  if (FIELDS.has(key)) return named(fields, "property");
  if (key === "fire" || key === "do") return named(names.transitions, "function");
  if (key === "independent_of") return [...named(words.roles, "class"), ...named(names.transitions, "function")];
  if (key === "extends" || (key === "workflow" && place.path.length > 1)) return named(words.workflows, "type");
  if (GUARDS.has(key)) {
    const counted = Object.keys(names.transitions).map((one) => `times.${one}`);
    return [...Object.keys(fields).map((one) => `item.${one}`), ...counted, ...FACTS].map((label) => ({ label, type: "variable", boost: 3 }));
  }
  return [];
}

function described(node, language) {
  const [en, zh] = (node.description ?? "").split("\n");
  return (language === "zh" ? zh : en) || undefined;
}

/** The completion source: `words` are those of the server, `known()` the names it read last. */
export function completer(words, known, language) {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const lines = context.state.doc.toString().split("\n");
    const place = placeAt(lines, line.number - 1, context.pos - line.from);
    if (place === null || (!place.word && !context.explicit)) return null;
    const options = optionsAt(place, words, merged(known(), lines), language);
    return options.length ? { from: context.pos - place.word.length, options, validFor: /^[\w.]*$/ } : null;
  };
}

export function optionsAt(place, words, names, language) {
  const nodes = shapesAt(words.schema, place.path), options = new Map();
  const add = (one) => { if (!options.has(one.label)) options.set(one.label, one); };
  if (place.atKey) {
    for (const node of nodes) {
      for (const [label, child] of Object.entries(node.properties ?? {})) {
        add({ label, type: "keyword", apply: `${label}: `, info: described(child, language) });
      }
    }
    if (["set", "with", "start"].includes(place.path.at(-1))) {
      named(names.fields, "property").forEach((one) => add({ ...one, apply: `${one.label}: ` }));
    }
  }
  if (place.atValue) valuesAt(place, words, names).forEach(add);
  for (const node of nodes) {
    for (const label of node.enum ?? []) if (typeof label === "string") add({ label, type: "enum", detail: words.roles[label] });
    if (node.type === "boolean") ["true", "false"].forEach((label) => add({ label, type: "keyword" }));
  }
  return [...options.values()];
}
