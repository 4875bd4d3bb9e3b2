import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import express, { type RequestHandler } from "express";
import { projectRoot } from "./project-root.ts";

export const assetsPath = "/assets";

const folder = path.join(projectRoot, "web", "public");

/** File name -> digest of its content, by which browsers tell one version from the next. */
const versions: ReadonlyMap<string, string> = new Map(
  readdirSync(folder).map((name) => [
    name,
    createHash("sha256")
      .update(readFileSync(path.join(folder, name)))
      .digest("base64url")
      .slice(0, 12),
  ]),
);

/** Where a page finds one of the files in `web/public`. */
export function assetUrl(name: string): string {
  const version = versions.get(name);
  if (version === undefined) throw new Error(`web/public has no file ${name}`);
  return `${assetsPath}/${name}?v=${version}`;
}

/** Serves `web/public`: under the address with its digest a file never changes, under another one it may. */
export function serveAssets(): RequestHandler {
  return express.static(folder, {
    index: false,
    redirect: false,
    setHeaders(res, file) {
      const asked = new URL(res.req.url ?? "", "http://localhost").searchParams.get("v");
      const isVersioned = asked !== null && asked === versions.get(path.basename(file));
      res.setHeader("Cache-Control", isVersioned ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}

/** Some of the files in `web/public` as one text. */
export function readAssets(names: readonly string[]): string {
  return names.map((name) => readFileSync(path.join(folder, name), "utf8")).join("\n");
}
