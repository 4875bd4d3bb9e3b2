import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ExplainedError } from "../../stack/explained-error.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import type { DataFolders } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";

export type Store = "postgres" | "redis" | "kafka";
export type DiskMegabytes = { readonly [store in Store]?: number };

/** File systems in memory (tmpfs), one for each store. */
export interface SmallDisks {
  readonly dataFolders: DataFolders;
  /** From now on whatever the store writes meets "No space left on device". */
  fill(store: Store): Promise<void>;
  makeRoom(store: Store): Promise<void>;
  /** To be called when no process uses them any more. What is still mounted when this process ends goes too. */
  unmount(): Promise<void>;
}

/** This account may not mount file systems. */
export class MountRefusedError extends ExplainedError {
  constructor(reason: string) {
    super(
      `A full disk cannot be tried here: this account may not mount a file system (${reason}). Root may.`,
    );
  }
}

/**
 * Mounts them in folders of `directory` with the stores' names. Their memory is taken as it is written to.
 * @throws MountRefusedError where this account may not mount
 */
export async function mountSmallDisks(directory: string, sizes: DiskMegabytes): Promise<SmallDisks> {
  const disks = new Map<string, Disk>();
  const unmountAtExit = (): void => {
    for (const disk of disks.values()) disk.leave();
  };
  process.once("exit", unmountAtExit);
  const unmount = async (): Promise<void> => {
    for (const [store, disk] of disks) {
      await disk.unmount();
      disks.delete(store);
    }
    process.removeListener("exit", unmountAtExit);
  };
  try {
    for (const [store, megabytes] of Object.entries(sizes)) {
      disks.set(store, await mountDisk(path.join(directory, store), megabytes));
    }
  } catch (error) {
    await unmount();
    throw error;
  }
  const find = (store: Store): Disk => {
    const disk = disks.get(store);
    if (disk === undefined) throw new Error(`${store} has no disk of its own`);
    return disk;
  };
  return {
    // Not the mount point itself: PostgreSQL makes its data beside its place and moves it there.
    dataFolders: Object.fromEntries(
      [...disks.keys()].map((store) => [store, path.join(directory, store, "data")]),
    ),
    fill: (store) => find(store).fill(),
    makeRoom: (store) => find(store).makeRoom(),
    unmount,
  };
}

/** Why full disks cannot be tried here; null where they can. */
export async function whyNotMount(): Promise<string | null> {
  const directory = await mkdtemp(path.join(tmpdir(), "mount-"));
  try {
    const disks = await mountSmallDisks(directory, { redis: 1 });
    await disks.unmount();
    return null;
  } catch (error) {
    if (error instanceof MountRefusedError) return error.message;
    throw error;
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Disk {
  fill(): Promise<void>;
  makeRoom(): Promise<void>;
  unmount(): Promise<void>;
  /** At once, for the moment when the process ends: the disk goes with the last file that is open. */
  leave(): void;
}

async function mountDisk(folder: string, megabytes: number): Promise<Disk> {
  await mkdir(folder, { recursive: true });
  const mounted = await runToEnd("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  if (mounted.code !== 0) throw new MountRefusedError(mounted.output.trim().split("\n")[0] ?? "");
  const resize = async (size: string): Promise<void> => {
    const { code, output } = await runToEnd("mount", ["-o", `remount,size=${size}`, folder]);
    if (code !== 0) throw new Error(`the disk cannot be resized to ${size}: ${output.trim()}`);
  };
  return {
    // A disk that is exactly as large as what it holds is as full as one with ballast, and costs no memory.
    fill: () =>
      waitUntil(
        "the disk to be full",
        async () => {
          const { blocks, bfree, bsize } = await statfs(folder);
          await resize(String((blocks - bfree) * bsize));
        },
        // What is written between the two lines makes the size too small to be accepted.
        { timeoutMs: 10_000 },
      ),
    makeRoom: () => resize(`${megabytes}m`),
    unmount: () =>
      waitUntil(
        `${folder} to be unmounted`,
        async () => {
          const { code, output } = await runToEnd("umount", [folder]);
          if (code !== 0) throw new Error(output.trim());
        },
        { timeoutMs: 10_000, everyMs: 200 },
      ),
    leave: () => void spawnSync("umount", ["--lazy", folder], { stdio: "ignore" }),
  };
}
