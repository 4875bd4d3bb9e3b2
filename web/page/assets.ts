import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import express, { type RequestHandler } from "express";
import { projectRoot } from "../project-root.ts";

export const assetsPath = "/assets";

const folder = path.join(projectRoot, "web", "public");

const { resolve } = createRequire(import.meta.url);

/** Files of libraries that stand among our own. */
const libraries: Readonly<Record<string, string>> = {
  "uplot.js": resolve("uplot/dist/uPlot.iife.min.js"),
  "uplot.css": resolve("uplot/dist/uPlot.min.css"),
};

const files = new Map([
  ...readdirSync(folder).map((name) => [name, path.join(folder, name)] as const),
  ...Object.entries(libraries),
]);

/** File name -> digest of its content, by which browsers tell one version from the next. */
const versions: ReadonlyMap<string, string> = new Map(
  Array.from(files, ([name, file]) => [
    name,
    createHash("sha256").update(readFileSync(file)).digest("base64url").slice(0, 12),
  ]),
);

/** Where a page finds one of the files in `web/public`, or of the libraries. */
export function assetUrl(name: string): string {
  const version = versions.get(name);
  if (version === undefined) throw new Error(`web/public has no file ${name}`);
  return `${assetsPath}/${name}?v=${version}`;
}

/** Serves the files: under the address with its digest a file never changes, under another one it may. */
export function serveAssets(): RequestHandler {
  const cacheControl = (url: string, name: string): string => {
    const asked = new URL(url, "http://localhost").searchParams.get("v");
    const isVersioned = asked !== null && asked === versions.get(name);
    return isVersioned ? "public, max-age=31536000, immutable" : "no-cache";
  };
  const own = express.static(folder, {
    index: false,
    redirect: false,
    setHeaders: (res, file) =>
      void res.setHeader("Cache-Control", cacheControl(res.req.url ?? "", path.basename(file))),
  });
  return (req, res, next) => {
    const name = req.path.slice(1);
    const library = Object.hasOwn(libraries, name) ? libraries[name] : undefined;
    if (library === undefined || (req.method !== "GET" && req.method !== "HEAD")) return own(req, res, next);
    res.set("Cache-Control", cacheControl(req.url, name));
    // Somebody may have put the project below a folder that begins with a dot.
    res.sendFile(library, { cacheControl: false, dotfiles: "allow" }, (error?: Error) => {
      if (error !== undefined && !res.headersSent) next(error);
    });
  };
}

/** Some of the files in `web/public` as one text. */
export function readAssets(names: readonly string[]): string {
  return names.map((name) => readFileSync(path.join(folder, name), "utf8")).join("\n");
}
