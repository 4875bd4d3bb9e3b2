// On every page: the readiness dot, buttons that copy an example, confirmations that Escape closes.

const readinessPollMs = 15_000;

const readiness = document.querySelector("[data-readiness]");

function describe(down) {
  if (down.length === 0) return "All up";
  return down.length > 2 ? `${down.length} parts down` : `Down: ${down.join(", ")}`;
}

async function showReadiness() {
  if (document.hidden) return;
  let state = "not_ready";
  let text = "Unreachable";
  try {
    const response = await fetch("/readyz", { headers: { Accept: "application/json" } });
    if (response.status === 401) {
      // The session has run out; the link leads to the sign-in page now.
      readiness.dataset.readiness = "unknown";
      readiness.querySelector("[data-readiness-text]").textContent = "Signed out";
      return;
    }
    const answer = await response.json();
    const down = Object.keys(answer.checks).filter((name) => answer.checks[name].status === "down");
    state = answer.status;
    text = describe(down);
  } catch {
    // The text says it already.
  }
  readiness.dataset.readiness = state;
  readiness.querySelector("[data-readiness-text]").textContent = text;
}

void showReadiness();
setInterval(showReadiness, readinessPollMs);
document.addEventListener("visibilitychange", showReadiness);

// A browser hands out the clipboard only over TLS or on the machine itself.
if (navigator.clipboard !== undefined) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.closest("figure").querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => {
        button.textContent = "Copy";
      }, 2_000);
    });
  }
}

/** Confirmations open without a script; with one they close like a menu. */
function closeConfirmations(except) {
  for (const details of document.querySelectorAll("details.confirm[open]")) {
    if (details === except) continue;
    const hadFocus = details.contains(document.activeElement);
    details.open = false;
    if (hadFocus) details.querySelector("summary").focus();
  }
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeConfirmations(null);
});
document.addEventListener("pointerdown", (event) => {
  closeConfirmations(event.target.closest("details.confirm"));
});
for (const button of document.querySelectorAll("[data-tick]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll(`input[name="${button.dataset.tick}"]`)];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}
