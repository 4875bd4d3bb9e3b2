// The editor of definitions: line numbers, mistakes marked at their lines, files, and what would come of the text as it is typed.

import { createLiveForm, takeOver } from "./live-form.js";

const form = document.querySelector(".type-form");
const editor = form.querySelector("[data-editor]");
const text = form.elements.definition;
const outcome = document.getElementById("outcome");
const verdict = document.getElementById("verdict");

// What would come of it

function show(page) {
  const isRefused = page.getElementById("verdict").dataset.state === "refused";
  // Records of a moment ago say more than none.
  const isKept = isRefused && outcome.querySelector(".judged") !== null;
  const open = new Set([...outcome.querySelectorAll("details[open]")].map(({ id }) => id));
  for (const details of page.querySelectorAll("#outcome details")) details.open = open.has(details.id);
  takeOver(page, ({ id }) => isKept && id === "outcome");
  outcome.toggleAttribute("data-refused", isKept);
  if (page.getElementById("definition").hasAttribute("aria-invalid"))
    text.setAttribute("aria-invalid", "true");
  else text.removeAttribute("aria-invalid");
  markLines();
}

const { refresh, refreshSoon } = createLiveForm({
  form,
  path: "/new-type/preview",
  shown: outcome,
  note: verdict,
  show,
});

// Lines: numbers beside the text and bands behind it, which go with it as it is scrolled

const lines = Object.assign(document.createElement("div"), { className: "lines", ariaHidden: "true" });
const numbers = Object.assign(document.createElement("pre"), { className: "line-numbers" });
lines.append(numbers);
editor.prepend(lines);
editor.dataset.numbered = "";

const lineHeight = () => Number.parseFloat(getComputedStyle(text).lineHeight);

function numberLines() {
  const count = text.value.split("\n").length;
  if (Number(numbers.dataset.count) === count) return;
  numbers.dataset.count = count;
  numbers.textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n");
}

function markLines() {
  for (const band of lines.querySelectorAll(".band")) band.remove();
  const faulty = new Set(
    [...document.querySelectorAll("#mistakes [data-line]")].map(({ dataset }) => dataset.line),
  );
  for (const line of faulty) {
    const band = Object.assign(document.createElement("div"), { className: "band" });
    band.style.top = `${(line - 1) * lineHeight()}px`;
    band.style.height = `${lineHeight()}px`;
    lines.append(band);
  }
}

text.addEventListener("scroll", () => {
  lines.style.transform = `translateY(${-text.scrollTop}px)`;
});
text.addEventListener("input", numberLines);

/** Leads from a mistake to its line, which is selected. */
form.addEventListener("click", (event) => {
  const link = event.target.closest("a[href='#definition']");
  if (link === null) return;
  event.preventDefault();
  text.focus();
  const before = text.value.split("\n").slice(0, Number(link.dataset.line ?? 1) - 1);
  const from = before.join("\n").length + (before.length > 0 ? 1 : 0);
  const end = text.value.indexOf("\n", from);
  text.setSelectionRange(from, end < 0 ? text.value.length : end);
  text.scrollTop = before.length * lineHeight() - text.clientHeight / 3;
  text.scrollLeft = 0;
});

// Files

async function read(file) {
  if (file === undefined) return;
  const most = Number(editor.dataset.maxBytes);
  if (file.size > most) {
    verdict.textContent = `${file.name} has ${file.size.toLocaleString("en")} bytes; ${most.toLocaleString("en")} are allowed.`;
    return;
  }
  text.value = await file.text();
  numberLines();
  text.scrollTop = 0;
  void refresh();
}

const opener = form.querySelector("[data-file]");
opener.hidden = false;
// Its choice is no part of the form.
opener.addEventListener("input", (event) => event.stopPropagation());
opener.addEventListener("change", async (event) => {
  event.stopPropagation();
  await read(event.target.files[0]);
  event.target.value = "";
});
editor.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  editor.dataset.over = "";
});
editor.addEventListener("dragleave", () => delete editor.dataset.over);
editor.addEventListener("drop", (event) => {
  delete editor.dataset.over;
  if (event.dataTransfer.files.length === 0) return;
  event.preventDefault();
  void read(event.dataTransfer.files[0]);
});

numberLines();
markLines();
// Back from another page, or reloaded, the text may be another than the one that the page was made for.
addEventListener("pageshow", () => {
  numberLines();
  if (text.value !== text.defaultValue) refreshSoon(0);
});
