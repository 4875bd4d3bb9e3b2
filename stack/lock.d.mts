/** Runs `action` while no other process does so under the same lock file. */
export function withLock<T>(
  file: string,
  onWait: (holder: number) => void,
  action: () => T | Promise<T>,
): Promise<T>;
