// The form: as somebody types, the server judges what stands in it and shows the records that would come of it; and one
// run a click. Everything that changes is taken from the page that the server makes of the form: no rule stands here.

const refreshAfterMs = 300;
/** An answer that comes sooner needs no sign that it is waited for. */
const busyAfterMs = 250;

const form = document.querySelector(".run-form");
const start = form.querySelector("[data-start]");
const preview = form.querySelector("[data-preview]");
const note = document.getElementById("preview-note");

// What is to be seen

let timer;
let asked;

function refreshSoon(afterMs) {
  clearTimeout(timer);
  timer = setTimeout(refresh, afterMs);
}

async function refresh() {
  asked?.abort();
  const own = new AbortController();
  asked = own;
  const busy = setTimeout(() => preview.setAttribute("aria-busy", "true"), busyAfterMs);
  try {
    const response = await fetch("/preview", {
      method: "POST",
      headers: { Accept: "text/html" },
      body: new URLSearchParams(new FormData(form)),
      signal: own.signal,
    });
    if (!response.ok) throw new Error(await reasonOf(response));
    show(new DOMParser().parseFromString(await response.text(), "text/html"));
    delete form.dataset.stale;
  } catch (error) {
    if (own.signal.aborted) return;
    form.dataset.stale = "true";
    const reason = error instanceof TypeError ? "the service cannot be reached" : error.message;
    note.textContent = `Not up to date: ${reason}. `;
    const again = element("button", { type: "button", className: "link", textContent: "Try again" });
    again.addEventListener("click", () => void refresh());
    note.append(again);
  } finally {
    clearTimeout(busy);
    if (asked === own) preview.removeAttribute("aria-busy");
  }
}

/** The service's own words, where its answer is an error page. */
async function reasonOf(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("main h1")?.textContent ?? `status ${response.status}`;
}

/** Takes over what the newer page says; the inputs themselves stay, with the cursor in one of them. */
function show(page) {
  const isRefused = page.getElementById("preview-note").dataset.state === "refused";
  for (const newer of page.querySelectorAll("[data-live]")) {
    const here = document.getElementById(newer.id);
    // Records of a moment ago say more than none.
    if (isRefused && newer.id === "preview-table") continue;
    if (here.innerHTML !== newer.innerHTML) here.replaceChildren(...newer.childNodes);
    if (newer.dataset.state !== undefined) here.dataset.state = newer.dataset.state;
  }
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

form.addEventListener("input", () => refreshSoon(refreshAfterMs));
// Leaving an input, or choosing: there is nothing more to wait for.
form.addEventListener("change", () => refreshSoon(0));

// Fields

const boxes = [...form.querySelectorAll("input[name=fields]")];
form.querySelector("[data-choose]").hidden = false;
for (const [selector, checked] of [
  ["[data-choose-all]", true],
  ["[data-choose-none]", false],
]) {
  form.querySelector(selector).addEventListener("click", () => {
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

const element = (name, properties = {}) => Object.assign(document.createElement(name), properties);
