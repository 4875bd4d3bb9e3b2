/** The sign-in page that leads on to `next`. */
export function signInUrl(next: string): string {
  return next === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ next })}`;
}

const anyOrigin = "http://service.invalid";

/** Where to go after signing in: a path of this service, whatever the query string says. */
export function safeNext(next: unknown): string {
  if (typeof next !== "string" || !URL.canParse(next, anyOrigin)) return "/";
  const url = new URL(next, anyOrigin);
  if (url.origin !== anyOrigin || !next.startsWith("/")) return "/";
  // What is left of `/.//elsewhere` would be read as another host.
  const path = url.pathname.replace(/^\/+/, "/");
  return path === "/sign-in" ? "/" : `${path}${url.search}`;
}
