import { hostname } from "node:os";
// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs from "kafkajs";

/** What a consumer says of itself to those who look at its group. */
export interface MemberNote {
  readonly host: string;
  readonly pid: number;
  /** When its process started. */
  readonly startedAt: Date;
}

const { MemberMetadata } = kafkajs.AssignerProtocol;

/** What this process says, as a subscription's user data, which assigners do not read. */
export function encodeMemberNote(): Buffer {
  const startedAt = new Date(Date.now() - process.uptime() * 1000);
  return Buffer.from(JSON.stringify({ host: hostname(), pid: process.pid, startedAt }));
}

/** The note in a member's metadata; null where there is none, as of another program in the group. */
export function readMemberNote(metadata: Buffer): MemberNote | null {
  try {
    const text = MemberMetadata.decode(metadata)?.userData.toString("utf8") ?? "";
    const note: unknown = JSON.parse(text);
    if (typeof note !== "object" || note === null) return null;
    const { host, pid, startedAt } = note as Record<keyof MemberNote, unknown>;
    const since = new Date(typeof startedAt === "string" ? startedAt : Number.NaN);
    if (typeof host !== "string" || typeof pid !== "number" || Number.isNaN(since.getTime())) return null;
    return { host, pid, startedAt: since };
  } catch {
    return null;
  }
}
