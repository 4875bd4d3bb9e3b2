import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const patienceMs = 15 * 60 * 1000;

/**
 * Runs `action` while no other process does so under the same lock file. The lock of a process that has
 * died does not count. `onWait` is called once where another process has to be waited for.
 *
 * Plain JavaScript, because it is needed before anything that could read TypeScript is installed.
 *
 * @template T
 * @param {string} file
 * @param {(holder: number) => void} onWait
 * @param {() => T | Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, action) {
  mkdirSync(path.dirname(file), { recursive: true });
  const deadline = Date.now() + patienceMs;
  let waiting = false;
  while (!tryLock(file)) {
    const holder = readHolder(file);
    if (holder !== undefined && !isRunning(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (Date.now() > deadline)
      throw new Error(`The lock ${file} has been held for too long; remove it if nothing uses it.`);
    if (!waiting && holder !== undefined) {
      waiting = true;
      onWait(holder);
    }
    await pause(100);
  }
  try {
    return await action();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file) {
  try {
    const handle = openSync(file, "wx");
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined while the file is being written or removed. */
function readHolder(file) {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
