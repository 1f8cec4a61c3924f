"use strict";
// Searches the audit trail: index, time, action, who, what, why.
const SHOWN = 300;
const $ = (id) => document.getElementById(id);
const plain = (text) => String(text).normalize("NFKC").toUpperCase();
const texts = TRAIL.map((row) => plain(row.slice(2).join(" ")));

function search() {
  const words = plain($("q").value).split(/\s+/).filter(Boolean), from = $("from").value, to = $("to").value;
  const found = TRAIL.filter((row, n) => {
    const day = row[1].slice(0, 10);
    return (!from || day >= from) && (!to || day <= to) && words.every((word) => texts[n].includes(word));
  });
  $("rows").replaceChildren(...found.slice(-SHOWN).reverse().map((cells) => {
    const row = document.createElement("tr");
    cells.forEach((cell, n) => { const td = document.createElement("td"); td.textContent = n === 1 ? cell.slice(0, 19).replace("T", " ") : cell; if (n < 2) td.className = "day"; row.append(td); });
    return row;
  }));
  $("told").textContent = `${found.length} / ${TRAIL.length}`;
}

for (const id of ["q", "from", "to"]) $(id).addEventListener("input", search);
$("ask").addEventListener("submit", (event) => { event.preventDefault(); search(); });
$("ask").addEventListener("reset", () => setTimeout(search));
search();
