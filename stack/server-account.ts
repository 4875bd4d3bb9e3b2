import { spawnSync } from "node:child_process";

/** Debian's, Ubuntu's and most others' "nobody", an account that owns nothing. */
const nobody = { uid: 65_534, gid: 65_534 };

/** Under which account PostgreSQL runs; it refuses to run as root. */
export type ServerAccount =
  | { readonly kind: "own" }
  | { readonly kind: "other"; readonly uid: number; readonly gid: number; readonly flags: readonly string[] };

/** This process's own account; for root, one without rights that can reach `program` all the same. */
export function serverAccount(directory: string, program: string): ServerAccount {
  if (process.getuid?.() !== 0) return { kind: "own" };
  const drop = [`--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, "--clear-groups"];
  const plain: ServerAccount = { kind: "other", ...nobody, flags: drop };
  if (canReach(plain, directory, program)) return plain;
  // A folder above (a home, a temporary folder) lets nobody but root in. The capability to pass through
  // survives the change of account as an ambient one; the secure bit keeps it effective in access(2), by
  // which PostgreSQL checks its own executable, and which otherwise drops it for every account but root.
  const passing = [
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--securebits=+no_setuid_fixup",
  ];
  return { kind: "other", ...nobody, flags: [...drop, ...passing] };
}

/** The command line that runs `argv` under the account. */
export function runAs(
  account: ServerAccount,
  argv: readonly [string, ...string[]],
): { command: string; args: string[] } {
  const [program, ...args] = argv;
  if (account.kind === "own") return { command: program, args };
  return { command: "setpriv", args: [...account.flags, "--", ...argv] };
}

/** Whether a folder (or, before it is made, the nearest one above it) and a program can be used. */
function canReach(account: ServerAccount, directory: string, program: string): boolean {
  const script =
    'd=$1; while ! [ -e "$d" ] && [ "$d" != / ]; do d=$(dirname "$d"); done; [ -x "$d" ] && [ -r "$2" ] && [ -x "$2" ]';
  const { command, args } = runAs(account, ["sh", "-c", script, "sh", directory, program]);
  return spawnSync(command, args, { stdio: "ignore", cwd: "/" }).status === 0;
}
