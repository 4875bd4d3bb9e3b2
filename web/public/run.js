// A run's page: follows the run's events, keeps the numbers current, and draws the charts.

const page = document.querySelector("[data-run]");
/** null: the run has no end. */
const requested = page.dataset.requested === undefined ? null : Number(page.dataset.requested);
/** Of an endless run what has been produced so far. */
const expected = () => requested ?? run.produced;

/** Milliseconds over which the present pace is measured. */
const paceWindowMs = 10_000;
const reconnectMs = 3_000;
const samples = [];
const { title } = document;
let run = null;

const count = (number) => number.toLocaleString("en");
const all = (selector) => page.querySelectorAll(selector);
const setText = (selector, text) => {
  for (const element of all(selector)) if (element.textContent !== text) element.textContent = text;
};

function showRun() {
  const accounted = run.stored + run.deadLettered;
  const percent = requested === null ? null : Math.floor((accounted / Math.max(requested, 1)) * 1000) / 10;
  const reached = percent === null ? count(accounted) : `${percent} %`;
  const numbers = { ...run, accounted, outstanding: expected() - accounted };
  for (const element of all("[data-number]")) {
    const value = numbers[element.dataset.number];
    element.textContent = value === null ? "endless" : count(value);
    element.closest("tr").toggleAttribute("data-zero", value === 0);
  }
  for (const badge of all("h1 .badge")) {
    badge.dataset.status = run.status;
    badge.textContent = run.status;
  }
  setText("[data-reached]", reached);
  setText(
    "[data-summary]",
    percent === null
      ? `records accounted for, of ${count(expected())} made so far`
      : `${count(accounted)} of ${count(expected())} records accounted for`,
  );
  if (percent !== null) page.querySelector("[data-progress]").setAttribute("aria-valuenow", String(percent));
  showBar("produced", 0, run.produced);
  showBar("stored", 0, run.stored - run.flagged);
  showBar("flagged", run.stored - run.flagged, run.flagged);
  showBar("dead", run.stored, run.deadLettered);
  showCommands();
  announce(percent);
  document.title = `${reached} · ${title}`;
}

function showBar(name, start, length) {
  const bar = page.querySelector(`[data-bar=${name}]`);
  bar.setAttribute("x", String((start / Math.max(expected(), 1)) * 1000));
  bar.setAttribute("width", String((length / Math.max(expected(), 1)) * 1000));
}

function showCommands() {
  const offered = {
    pause: run.status === "queued" || run.status === "running",
    resume: run.status === "paused",
    cancel: ["queued", "running", "paused"].includes(run.status),
  };
  for (const element of all("[data-command]")) element.hidden = !offered[element.dataset.command];
}

/** Read out at every tenth and change of status, not five times a second; of an endless run at the latter. */
let announced = "";
function announce(percent) {
  const text = percent === null ? run.status : `${run.status}, ${Math.floor(percent / 10) * 10} percent`;
  if (text !== announced) setText("[data-announcement]", text);
  announced = text;
}

function showPace() {
  if (run === null) return;
  const nowMs = Date.now();
  while (samples.length > 1 && nowMs - samples[0].atMs > paceWindowMs) samples.shift();
  const started = run.startedAt === null ? null : Date.parse(run.startedAt);
  if (started !== null) setText("[data-pace=elapsed]", duration(Math.max(0, nowMs - started)));
  const [first] = samples;
  const seconds = first === undefined ? 0 : (nowMs - first.atMs) / 1000;
  if (run.status !== "running") setText("[data-pace=left]", "–");
  // Until there is something to measure, what the server has said stays.
  if (run.status !== "running" || seconds < 1) return;
  const accounted = run.stored + run.deadLettered;
  const rate = (accounted - first.accounted) / seconds;
  setText("[data-pace=rate]", `${count(Math.round(rate))} /s`);
  setText("[data-pace=left]", rate <= 0 ? "–" : `about ${duration(((requested - accounted) / rate) * 1000)}`);
}

function duration(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const redrawCharts = await drawCharts();

/** The page's parts whose numbers no event tells: its history, its chunks, its rows. */
async function refreshParts() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of all("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    // What somebody reads or works in stays as it is.
    const isRead = part.contains(document.activeElement) || getSelection().containsNode(part, true);
    if (next === null || isRead || next.innerHTML === part.innerHTML) continue;
    const { scrollLeft, scrollTop } = part;
    const inner = part.querySelector(".scroll")?.scrollLeft ?? 0;
    part.replaceChildren(...next.childNodes);
    part.scrollTo(scrollLeft, scrollTop);
    part.querySelector(".scroll")?.scrollTo(inner, 0);
  }
  redrawCharts();
}

async function drawCharts() {
  const root = page.querySelector("[data-charts]");
  try {
    const { showCharts } = await import(root.dataset.script);
    return showCharts(root, page.querySelector("[data-part=history]"));
  } catch {
    // The figures stand there in words.
    return () => undefined;
  }
}

/** Said once, not at each attempt. */
function showLost(isLost) {
  const notice = page.querySelector("[data-stream-lost]");
  if (notice.hidden !== isLost) return;
  const since = new Date().toLocaleTimeString();
  notice.textContent = isLost
    ? `The connection is lost: these are the numbers of ${since}. The run goes on without it; trying to connect again…`
    : "";
  notice.hidden = !isLost;
}

if (page.dataset.live !== undefined) {
  const clock = setInterval(showPace, 500);
  // What fails, the next round makes up for.
  const { refreshMs } = page.querySelector("[data-charts]").dataset;
  const parts = setInterval(() => void refreshParts().catch(() => undefined), Number(refreshMs));
  follow([clock, parts]);
}

function follow(timers) {
  const events = new EventSource(`/api/runs/${page.dataset.run}/events`);
  // A lost connection is opened again by the browser; an answer other than 200 it takes as final.
  events.addEventListener("error", () => {
    showLost(true);
    if (events.readyState === EventSource.CLOSED) setTimeout(() => follow(timers), reconnectMs);
  });
  events.addEventListener("run", (event) => {
    showLost(false);
    run = JSON.parse(event.data);
    samples.push({ atMs: Date.now(), accounted: run.stored + run.deadLettered });
    showRun();
    showPace();
  });
  events.addEventListener("end", () => {
    events.close();
    for (const timer of timers) clearInterval(timer);
    // The finished page has more to show than numbers: it comes from the server.
    setTimeout(() => location.reload(), 400);
  });
}
