// A form of which the server says, while somebody types, what would come of it: no rule stands in a script.

export const refreshAfterMs = 300;
/** An answer that comes sooner needs no sign that it is waited for. */
const busyAfterMs = 250;

/**
 * Posts the form to `path` and has `show` take over what the answered page says; a request that a newer one overtakes is
 * given up. `shown` is marked while it is waited for, `note` says what goes wrong.
 */
export function createLiveForm({ form, path, shown, note, show }) {
  let timer;
  let asked;

  async function refresh() {
    clearTimeout(timer);
    asked?.abort();
    const own = new AbortController();
    asked = own;
    const busy = setTimeout(() => shown.setAttribute("aria-busy", "true"), busyAfterMs);
    try {
      const response = await fetch(path, {
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
      const again = Object.assign(document.createElement("button"), {
        type: "button",
        className: "link",
        textContent: "Try again",
      });
      again.addEventListener("click", () => void refresh());
      note.append(again);
    } finally {
      clearTimeout(busy);
      if (asked === own) shown.removeAttribute("aria-busy");
    }
  }

  function refreshSoon(afterMs) {
    clearTimeout(timer);
    timer = setTimeout(refresh, afterMs);
  }

  form.addEventListener("input", () => refreshSoon(refreshAfterMs));
  // Leaving an input, or choosing: there is nothing more to wait for.
  form.addEventListener("change", () => refreshSoon(0));
  return { refresh, refreshSoon };
}

/** The service's own words, where its answer is an error page. */
async function reasonOf(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("main h1")?.textContent ?? `status ${response.status}`;
}

/** Takes over every live part of the newer page but those that are kept; the inputs themselves stay, with the cursor in one of them. */
export function takeOver(page, isKept) {
  for (const newer of page.querySelectorAll("[data-live]")) {
    const here = document.getElementById(newer.id);
    if (isKept(newer)) continue;
    if (here.innerHTML !== newer.innerHTML) here.replaceChildren(...newer.childNodes);
    if (newer.dataset.state !== undefined) here.dataset.state = newer.dataset.state;
  }
}
