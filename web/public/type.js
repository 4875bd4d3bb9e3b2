// A type's page: other records as another seed is typed. The server makes them; what stands in the address stays true.

const refreshAfterMs = 250;

const form = document.querySelector("[data-seed]");
const fault = document.getElementById("seed-error");
form.querySelector("button").hidden = true;

let timer;
let asked;

async function refresh() {
  asked?.abort();
  const own = new AbortController();
  asked = own;
  const address = new URL(location.href);
  address.search = String(new URLSearchParams(new FormData(form)));
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: own.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const records = page.querySelector("[data-records]");
    fault.textContent = records === null ? page.querySelector("main p").textContent : "";
    if (records === null) return;
    document.querySelector("[data-records]").replaceChildren(...records.childNodes);
    history.replaceState(null, "", address);
  } catch {
    if (!own.signal.aborted) fault.textContent = "The service cannot be reached.";
  }
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(refresh, refreshAfterMs);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  void refresh();
});
