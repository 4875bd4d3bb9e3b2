import { ExplainedError } from "../explained-error.ts";
import { chosenChromium } from "../settings.ts";
import { findProgram, isExecutable } from "./find-program.ts";

/** The browser that the user names, else the one of this family that costs least: the shell, which has no windows. */
export function findChromium(): string | undefined {
  const chosen = chosenChromium();
  if (chosen === undefined)
    return findProgram(
      "chromium-headless-shell",
      "chromium",
      "chromium-browser",
      "google-chrome",
      "google-chrome-stable",
    );
  if (!isExecutable(chosen)) throw new ExplainedError(`CHROMIUM_PATH names ${chosen}, which is no program.`);
  return chosen;
}
