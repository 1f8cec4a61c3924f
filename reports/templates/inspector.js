"use strict";
// Searches the index of a plant-year. Rows are arrays, their columns named here once.
const LOT = { id: 0, no: 1, product: 2, zh: 3, en: 4, type: 5, made: 6, expires: 7, decision: 8, decided: 9, by: 10, supplier: 11, spellings: 12, dossier: 13 };
const ACT = { day: 0, person: 1, code: 2, lot: 3, detail: 4 };
const SHOWN = 200;
const WORDS = JSON.parse(document.getElementById("words").textContent);
const $ = (id) => document.getElementById(id);
const plain = (text) => String(text ?? "").normalize("NFKC").toUpperCase();
const lotText = LOTS.map((lot) => plain([0, 1, 2, 3, 4, 10, 11, 12].map((n) => lot[n] ?? "").join(" ")));
const actText = ACTS.map((act) => plain(`${act[ACT.person]} ${act[ACT.detail]} ${lotName(act[ACT.lot])}`));
const serialText = SERIALS.map((serial) => plain(serial[0]));
const productOf = new Map(IDENTIFIERS.map(([di, , product]) => [di, product]));

function lotName(place) { return typeof place === "number" ? LOTS[place][LOT.no] : place.split(":").pop(); }

// A scanned UDI of GS1 in any of its spellings: brackets, raw with or without separators, Digital Link.
function readUdi(text) {
  const found = {};
  const link = text.match(/\/01\/(\d{14})(?:\/10\/([^/?]+))?(?:\/21\/([^/?]+))?/);
  if (link) return { di: link[1], lot: link[2] && decodeURIComponent(link[2]), serial: link[3] && decodeURIComponent(link[3]) };
  if (text.includes("(")) {
    for (const [, ai, value] of text.matchAll(/\((\d{2,4})\)([^(]*)/g)) found[ai] = value.trim();
  } else {
    let rest = text.replace(/^\][A-Za-z]\d/, "");
    while (rest) {
      const fixed = rest.match(/^(01)(\d{14})|^(11|17)(\d{6})/);
      const open = rest.match(/^(10|21)([^\u001d]{1,20})/);
      if (fixed) { found[fixed[1] ?? fixed[3]] = fixed[2] ?? fixed[4]; rest = rest.slice(fixed[0].length); }
      else if (open && found["01"]) { found[open[1]] = open[2]; rest = rest.slice(open[0].length); }
      else break;
      rest = rest.replace(/^\u001d/, "");
    }
    if (rest) return null;
  }
  return found["01"] ? { di: found["01"], lot: found["10"], serial: found["21"] } : null;
}

function asked() {
  const kinds = new Set([...document.querySelectorAll("#kinds input:checked")].map((box) => box.value));
  const text = $("q").value.trim();
  const day = text.match(/^\d{4}(-\d{2}(-\d{2})?)?$/) ? text : "";
  const udi = productOf.has(text) ? { di: text } : readUdi(text);  // an identifier of another agency stands as it is
  return { text, day, udi, from: $("from").value, to: $("to").value, kinds, words: plain(text).split(/\s+/).filter(Boolean) };
}

const within = (day, ask) => (!ask.from || day >= ask.from) && (!ask.to || day <= ask.to);

function lotsOf(ask) {
  if (ask.udi) {
    const product = productOf.get(ask.udi.di), no = plain(ask.udi.lot);
    const serial = ask.udi.serial && SERIALS.find((row) => row[0] === ask.udi.serial);
    if (serial) return typeof serial[1] === "number" ? [serial[1]] : [];
    return LOTS.flatMap((lot, n) => (product && lot[LOT.product] === product && (!no || plain(lot[LOT.no]) === no) ? [n] : []));
  }
  const days = (lot) => [lot[LOT.made], lot[LOT.decided]].filter(Boolean);
  if (ask.day) return LOTS.flatMap((lot, n) => (days(lot).some((day) => day.startsWith(ask.day)) ? [n] : []));
  return lotText.flatMap((text, n) =>
    (ask.words.every((word) => text.includes(word)) && (!(ask.from || ask.to) || days(LOTS[n]).some((day) => within(day, ask))) ? [n] : []));
}

function actsOf(ask, lots) {
  const mine = ask.udi ? new Set(lots) : null;
  return ACTS.filter((act, n) => ask.kinds.has(act[ACT.code]) && within(act[ACT.day], ask) && (
    mine ? mine.has(act[ACT.lot]) : ask.day ? act[ACT.day].startsWith(ask.day) : ask.words.every((word) => actText[n].includes(word))));
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text ?? "";
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function table(title, heads, rows) {
  const box = element("section"), grid = element("table"), head = element("tr"), body = element("tbody");
  box.append(element("h2", `${title} · ${rows.length.toLocaleString(WORDS.locale)}`));
  for (const name of heads) head.append(element("th", WORDS[name], { scope: "col" }));
  for (const cells of rows.slice(0, SHOWN)) {
    const row = element("tr");
    for (const cell of cells) {
      const td = element("td");
      td.append(cell instanceof Node ? cell : document.createTextNode(cell ?? ""));
      row.append(td);
    }
    body.append(row);
  }
  const top = element("thead");
  top.append(head); grid.append(top, body); box.append(grid);
  if (rows.length > SHOWN) box.append(element("p", WORDS.more.replace("{count}", SHOWN), { class: "legend" }));
  return box;
}

function lotCell(place) {
  const lot = typeof place === "number" ? LOTS[place] : null;
  if (!lot) return element("span", lotName(place));
  if (lot[LOT.dossier]) return element("a", lot[LOT.no], { href: `dossiers/${lot[LOT.dossier]}_${WORDS.language}.html` });
  return element("span", lot[LOT.no]);
}

const chip = (code) => (code ? element("span", WORDS[`code.${code}`] ?? code, { class: `chip chip-${code}` }) : "");
const inWords = (detail) => detail.split(" ").map((word) => WORDS[`code.${word}`] ?? word).join(" ");
const product = (lot) => `${(WORDS.language === "zh" ? lot[LOT.zh] || lot[LOT.en] : lot[LOT.en] || lot[LOT.zh]) ?? ""} ${lot[LOT.product]}`;

// Nothing here: is the number in the whole release? Its neighbours in the sorted list say so.
function absent(ask) {
  const wanted = plain(ask.udi ? ask.udi.lot || ask.text : ask.text).split(/\s+/).join(" ");
  const key = /^\d+$/.test(wanted) ? wanted.replace(/^0+/, "") || "0" : wanted;
  const box = element("div", "", { class: "absent" });
  if (NUMBERS.includes(key)) { box.append(element("p", WORDS.elsewhere.replace("{lot}", key))); return box; }
  const order = (a, b) => { const [x, y] = [a, b].map((text) => new TextEncoder().encode(text)); for (let n = 0; n < Math.min(x.length, y.length); n++) if (x[n] !== y[n]) return x[n] - y[n]; return x.length - y.length; };
  const next = NUMBERS.findIndex((number) => order(number, key) > 0), place = next < 0 ? NUMBERS.length : next;
  box.append(element("p", WORDS.absent.replace("{lot}", key).replace("{left}", NUMBERS[place - 1] ?? "–").replace("{right}", NUMBERS[place] ?? "–")));
  box.append(element("p", WORDS.absent_proof), element("code", `python absence/absent.py "${key.replace(/["\\$`]/g, "")}"`));
  return box;
}

function search() {
  const started = performance.now(), ask = asked(), found = $("found");
  const isIdle = !ask.text && !ask.from && !ask.to;
  $("home").hidden = !isIdle;
  if (isIdle) { found.replaceChildren(); $("told").textContent = ""; return; }
  const lots = lotsOf(ask), acts = actsOf(ask, lots);
  const serials = ask.udi || ask.day || !ask.text ? [] : SERIALS.filter((_, n) => serialText[n].includes(plain(ask.text)));
  const parts = [];
  if (lots.length) parts.push(table(WORDS.lots, ["lot", "product", "made", "expires", "decision", "by"], lots.map((n) => [lotCell(n), product(LOTS[n]), LOTS[n][LOT.made], LOTS[n][LOT.expires], chip(LOTS[n][LOT.decision]), LOTS[n][LOT.by]])));
  if (serials.length) parts.push(table(WORDS.serials, ["serial", "lot", "di", "delivery"], serials.map((row) => [row[0], lotCell(row[1]), row[2], row[3]])));
  if (acts.length) parts.push(table(WORDS.acts, ["day", "person", "act", "lot", "detail"], acts.map((act) => [act[ACT.day], act[ACT.person], WORDS[`act.${act[ACT.code]}`], act[ACT.lot] === "" ? "" : lotCell(act[ACT.lot]), inWords(act[ACT.detail])])));
  if (!parts.length && ask.text) parts.push(absent(ask));
  found.replaceChildren(...parts);
  const took = performance.now() - started;
  found.dataset.milliseconds = took.toFixed(1);
  $("told").textContent = WORDS.told.replace("{lots}", lots.length).replace("{acts}", acts.length + serials.length).replace("{ms}", Math.max(1, Math.round(took)));
}

function people() {
  const counts = new Map();
  for (const act of ACTS) if (act[ACT.person]) counts.set(act[ACT.person], (counts.get(act[ACT.person]) ?? 0) + 1);
  for (const [name, count] of [...counts].sort()) {
    const button = element("button", `${name} · ${count}`, { type: "button" });
    button.addEventListener("click", () => { $("q").value = name; search(); $("q").focus(); });
    $("people").append(button);
  }
}

let waiting = 0;
for (const id of ["q", "from", "to", "kinds"]) $(id).addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 90); });
$("ask").addEventListener("submit", (event) => { event.preventDefault(); search(); });
$("ask").addEventListener("reset", () => setTimeout(search));
people();
if (location.hash.startsWith("#q=")) { $("q").value = decodeURIComponent(location.hash.slice(3)); search(); }
