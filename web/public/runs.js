// The list of runs: brought up to date while one of them is under way; ticks and the order act at once.

const refreshMs = 3_000;

async function refresh() {
  const list = document.querySelector("[data-runs]");
  const isRead =
    list.contains(document.activeElement) ||
    !getSelection().isCollapsed ||
    list.querySelector("input[name=id]:checked") !== null;
  if (list.dataset.live === undefined || document.hidden || isRead) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  list.replaceWith(page.querySelector("[data-runs]"));
  showTicks();
}

/** What is ticked, on the button; and the box that ticks all, which needs a script. */
function showTicks() {
  const button = document.querySelector("[data-cancel-selected]");
  if (button === null) return;
  const boxes = [...document.querySelectorAll("[data-bulk] input[name=id]")];
  const ticked = boxes.filter((box) => box.checked).length;
  const selectAll = document.querySelector("[data-select-all]");
  selectAll.hidden = false;
  const all = selectAll.querySelector("input");
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
  button.disabled = ticked === 0;
  button.textContent = ticked === 0 ? "Cancel selected…" : `Cancel ${ticked} selected…`;
}

document.addEventListener("change", ({ target }) => {
  if (target.closest("[data-select-all]") !== null) {
    for (const box of document.querySelectorAll("[data-bulk] input[name=id]")) box.checked = target.checked;
  }
  if (target.id === "sort") target.form.requestSubmit();
  showTicks();
});
// Back from another page, the boxes are as they were left.
addEventListener("pageshow", showTicks);
showTicks();

// What fails, the next round makes up for.
setInterval(() => void refresh().catch(() => undefined), refreshMs);
