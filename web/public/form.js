// The form: select all or none, a preview, and one run a click.

const form = document.querySelector(".run-form");
const boxes = [...form.querySelectorAll("input[name=fields]")];

form.querySelector("[data-choose]").hidden = false;
for (const [selector, checked] of [
  ["[data-choose-all]", true],
  ["[data-choose-none]", false],
]) {
  form.querySelector(selector).addEventListener("click", () => {
    for (const box of boxes) box.checked = checked;
  });
}

const submit = form.querySelector("button[type=submit]");
form.addEventListener("submit", () => {
  // After the browser has read the form: a disabled button must not keep it from being sent.
  setTimeout(() => {
    submit.disabled = true;
  });
});
// Back from the run's page, the form is as it was left; it stands for a new run from here on.
addEventListener("pageshow", (event) => {
  submit.disabled = false;
  if (event.persisted) form.elements.formKey.value = String(crypto.getRandomValues(new Uint32Array(4)));
});

const previewButton = form.querySelector("[data-preview]");
const output = document.querySelector("[data-preview-output]");
previewButton.hidden = false;
previewButton.addEventListener("click", async () => {
  previewButton.disabled = true;
  try {
    output.replaceChildren(...(await preview()));
  } catch (error) {
    output.replaceChildren(paragraph("notice error", error.message));
  }
  output.hidden = false;
  output.scrollIntoView({ block: "nearest" });
  previewButton.disabled = false;
});

async function preview() {
  const request = { count: 5, fields: boxes.filter((box) => box.checked).map((box) => box.value) };
  const seed = form.elements.seed.value.replaceAll(/[\s,_]/g, "");
  const referenceDate = form.elements.referenceDate.value.trim();
  if (seed !== "") request.seed = /^\d+$/.test(seed) ? Number(seed) : seed;
  if (referenceDate !== "") request.referenceDate = referenceDate;
  const response = await fetch("/api/generate", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRF-Token": form.elements.csrfToken.value,
    },
    body: JSON.stringify(request),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  const usedSeed = response.headers.get("Synthetic-Seed");
  const caption = paragraph("hint", `The first five records of seed ${usedSeed} `);
  if (seed === "") caption.append(seedButton(usedSeed));
  return [caption, table(answer)];
}

/** A random seed is gone unless it is put down. */
function seedButton(seed) {
  const button = element("button", { type: "button", className: "link", textContent: "Use this seed" });
  button.addEventListener("click", () => {
    form.elements.seed.value = seed;
    button.remove();
  });
  return button;
}

function table(records) {
  const names = Object.keys(records[0]);
  const scroll = element("div", { className: "scroll", tabIndex: 0 });
  const body = records.map((record) => row("td", names, (name) => record[name]));
  const head = element("thead");
  head.append(row("th", names, (name) => name));
  const rows = element("tbody");
  rows.append(...body);
  const result = element("table");
  result.append(head, rows);
  scroll.append(result);
  return scroll;
}

function row(cell, names, text) {
  const result = element("tr");
  result.append(...names.map((name) => element(cell, { textContent: text(name) })));
  return result;
}

const paragraph = (className, textContent) => element("p", { className, textContent });

const element = (name, properties = {}) => Object.assign(document.createElement(name), properties);
