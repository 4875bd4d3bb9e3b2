// The list of runs: brought up to date while one of them is under way.

const refreshMs = 3_000;

async function refresh() {
  const list = document.querySelector("[data-runs]");
  const isRead = list.contains(document.activeElement) || !getSelection().isCollapsed;
  if (list.dataset.live === undefined || document.hidden || isRead) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  list.replaceWith(page.querySelector("[data-runs]"));
}

// What fails, the next round makes up for.
setInterval(() => void refresh().catch(() => undefined), refreshMs);
