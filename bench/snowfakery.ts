import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { installPythonEnvironment } from "../stack/install/python-environment.ts";
import { runToEnd } from "../stack/run-to-end.ts";
import type { Contender } from "./beside.ts";

const folder = path.join(import.meta.dirname, "snowfakery");

/** Installs Snowfakery from PyPI, which makes the shop as its recipe says, into a file of JSON: a process a round, its start included. */
export async function openSnowfakery(orders: number, records: number): Promise<Contender> {
  const program = await installPythonEnvironment({
    name: "snowfakery",
    label: "Snowfakery",
    pythons: ["3.11", "3.12", "3.13"],
    lockFiles: [path.join(folder, "requirements.lock")],
  });
  return {
    what: "Snowfakery, without sums and with users chosen evenly",
    records,
    async makeAll() {
      const directory = await mkdtemp(path.join(tmpdir(), "bench-"));
      try {
        const { code, output } = await runToEnd(program("snowfakery"), [
          path.join(folder, "shop.recipe.yml"),
          ...["--option", "orders", String(orders)],
          ...["--output-format", "json", "--output-file", path.join(directory, "shop.json")],
        ]);
        if (code !== 0) throw new Error(`Snowfakery: ${output}`);
      } finally {
        await rm(directory, { recursive: true });
      }
    },
  };
}
