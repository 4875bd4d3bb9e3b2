// What has data-live-seconds (and an id) is taken anew from the same page so often, while somebody looks at it.

let timer;

const region = () => document.querySelector("[data-live-seconds]");

async function refresh() {
  const shown = region();
  if (shown === null) return;
  if (!document.hidden && !isInUse(shown)) await replace(shown).catch(() => tellOutage(shown));
  schedule();
}

// What somebody selects, or a box that is just being ticked, must not be pulled away.
function isInUse(shown) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && shown.contains(selection.anchorNode);
}

async function replace(shown) {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(shown.id);
  if (!response.ok || fresh === null) throw new Error(`${response.status}`);
  if (fresh.isEqualNode(shown)) return;
  const open = new Set([...shown.querySelectorAll("details[id][open]")].map(({ id }) => id));
  for (const details of fresh.querySelectorAll("details[id]")) details.open = open.has(details.id);
  const focused = document.activeElement?.id;
  shown.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function tellOutage(shown) {
  const outage = shown.querySelector("[data-live-outage]");
  if (outage !== null) outage.hidden = false;
}

function schedule() {
  clearTimeout(timer);
  const seconds = Number(region()?.dataset.liveSeconds);
  if (seconds > 0) timer = setTimeout(refresh, seconds * 1_000);
}

schedule();
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void refresh();
});
