// The form: as somebody types, the server judges what stands in it and shows the records that would come of it; and one
// run a click. Everything that changes is taken from the page that the server makes of the form: no rule stands here.

import { createLiveForm, takeOver } from "./live-form.js";

const form = document.querySelector(".run-form");
const start = form.querySelector("[data-start]");
const preview = form.querySelector("[data-preview]");
const note = document.getElementById("preview-note");

/** Takes over what the newer page says. */
function show(page) {
  const isRefused = page.getElementById("preview-note").dataset.state === "refused";
  // Records of a moment ago say more than none.
  takeOver(page, ({ id }) => isRefused && id === "preview-table");
  preview.toggleAttribute("data-refused", isRefused);
  for (const newer of page.querySelectorAll(".run-form [aria-describedby]")) {
    const here = document.getElementById(newer.id);
    if (newer.hasAttribute("aria-invalid")) here.setAttribute("aria-invalid", "true");
    else here.removeAttribute("aria-invalid");
    if (newer.placeholder !== undefined) here.placeholder = newer.placeholder;
    const byDefault = newer.querySelector("option[value='']");
    if (byDefault !== null) here.querySelector("option[value='']").textContent = byDefault.textContent;
  }
  for (const newer of page.querySelectorAll(".input-error")) {
    document.getElementById(newer.id).textContent = newer.textContent;
  }
  form.elements.drawnSeed.value = page.querySelector("[name=drawnSeed]").value;
  if (page.querySelector("[aria-invalid]") === null) document.querySelector("[data-summary]")?.remove();
}

const { refresh, refreshSoon } = createLiveForm({ form, path: "/preview", shown: preview, note, show });

// Another type has another form; how many, where that was typed, and of which seed stay
const choice = form.querySelector("[data-type-choice]");
choice.nextElementSibling.hidden = true;
choice.addEventListener("input", (event) => event.stopPropagation());
choice.addEventListener("change", (event) => {
  event.stopPropagation();
  const address = new URLSearchParams({ type: choice.value });
  const { count, seed } = form.elements;
  if (count.value !== count.dataset.default) address.set("count", count.value);
  if (seed.value !== "") address.set("seed", seed.value);
  location.assign(`/?${address}`);
});

// Fields

const boxes = [...form.querySelectorAll("input[name=fields]")];
form.querySelector("[data-choose]")?.removeAttribute("hidden");
for (const [selector, checked] of [
  ["[data-choose-all]", true],
  ["[data-choose-none]", false],
]) {
  form.querySelector(selector)?.addEventListener("click", () => {
    for (const box of boxes) box.checked = checked;
    refreshSoon(0);
  });
}

// Objects of several kinds: only the inputs of the chosen kind

for (const variants of form.querySelectorAll("[data-variants]")) {
  const kind = variants.querySelector("select");
  const showChosen = () => {
    for (const member of variants.querySelectorAll("[data-variant]")) {
      const isChosen = member.dataset.variant.split(" ").includes(kind.value);
      member.hidden = !isChosen;
      for (const input of member.querySelectorAll("input, select")) input.disabled = !isChosen;
    }
  };
  kind.addEventListener("change", showChosen);
  showChosen();
}

// A link to an input leads into a group that is closed, too
form.parentElement.addEventListener("click", (event) => {
  const input = document.getElementById(event.target.closest("a[href^='#']")?.hash.slice(1) ?? "");
  if (input === null) return;
  const group = input.closest("details");
  if (group !== null) group.open = true;
  event.preventDefault();
  const target = input.matches("fieldset") ? input.querySelector("input, select") : input;
  target.focus();
  target.scrollIntoView({ block: "center" });
});

// One run a click

form.addEventListener("submit", () => {
  // After the browser has read the form: a disabled button must not keep it from being sent.
  setTimeout(() => {
    start.disabled = true;
  });
});
// Back from the run's page, the form is as it was left; it stands for a new run from here on.
addEventListener("pageshow", (event) => {
  start.disabled = false;
  if (!event.persisted) return;
  form.elements.formKey.value = String(crypto.getRandomValues(new Uint32Array(4)));
  form.elements.drawnSeed.value = "";
  void refresh();
});

// A reloaded page has the inputs as they were, and around them what it was first made for.
if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") refreshSoon(0);
