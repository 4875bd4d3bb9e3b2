import { ExplainedError } from "../../stack/explained-error.ts";
import { whyNotMount } from "../pipeline/small-disks.ts";
import type { Fault, Need } from "./fault.ts";

export interface Choice {
  readonly chosen: readonly Fault[];
  /** What is not tried in this chaos, and why. */
  readonly leftOut: readonly string[];
}

/**
 * @param name of the only fault that is wanted; undefined: all that can be done here
 * @throws ExplainedError where the only fault that is wanted is none, or cannot be done here
 */
export async function chooseFaults(
  faults: readonly Fault[],
  { name, brokers }: { readonly name: string | undefined; readonly brokers: number },
): Promise<Choice> {
  const named = name === undefined ? faults : faults.filter((fault) => fault.name === name);
  if (named.length === 0)
    throw new ExplainedError(`There is no fault ${JSON.stringify(name)}.`, { exitCode: 2 });
  const reasons: Readonly<Record<Need, string | null>> = {
    "Kafka's proxy": brokers > 1 ? "it needs a single broker" : null,
    cluster: brokers < 3 ? "it needs --brokers 3" : null,
    "small disks": named.some(({ needs }) => needs === "small disks") ? await whyNotMount() : null,
  };
  const reasonFor = ({ needs }: Fault): string | null => (needs === undefined ? null : reasons[needs]);
  const leftOut = named.flatMap((fault) => {
    const reason = reasonFor(fault);
    return reason === null ? [] : [`${fault.name}: ${reason}`];
  });
  if (name !== undefined && leftOut.length > 0) throw new ExplainedError(leftOut.join("\n"));
  return { chosen: named.filter((fault) => reasonFor(fault) === null), leftOut };
}
