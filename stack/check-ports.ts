import { ExplainedError } from "./explained-error.ts";
import { bindError } from "./free-ports.ts";
import { listener } from "./listener.ts";
import { additions, type StackSettings } from "./settings.ts";

/**
 * Makes sure that every port of the stack can be listened on.
 *
 * @throws ExplainedError with a line a port: the variable that changes it and, where it can be found, the holder
 */
export async function checkPorts({ ports, additions: wanted, additionPorts }: StackSettings): Promise<void> {
  const wishes = [
    { port: ports.web, variable: "PORT", use: "the web service" },
    { port: ports.postgres, variable: "POSTGRES_PORT", use: "PostgreSQL" },
    { port: ports.redis, variable: "REDIS_PORT", use: "Redis" },
    { port: ports.kafka, variable: "KAFKA_PORT", use: "Kafka" },
    { port: ports.kafkaController, variable: "KAFKA_PORT", use: "Kafka's controller, one above KAFKA_PORT" },
    ...wanted.map((name) => ({
      port: additionPorts[name],
      variable: additions[name].portVariable,
      use: additions[name].label,
    })),
  ];
  const problems: string[] = [];
  const takenBy = new Map<number, string>();
  for (const { port, variable, use } of wishes) {
    const other = takenBy.get(port);
    takenBy.set(port, use);
    const problem = other ? `is also the port of ${other}` : await describeProblem(port);
    if (problem) problems.push(`Port ${port} (${use}) ${problem}. Set ${variable} to another port.`);
  }
  if (problems.length > 0) throw new ExplainedError(problems.join("\n"));
}

async function describeProblem(port: number): Promise<string | undefined> {
  const code = await bindError(port);
  if (code === undefined) return undefined;
  if (code === "EACCES") return "may not be used by this account";
  if (code !== "EADDRINUSE") return `cannot be used (${code})`;
  const holder = listener(port);
  return holder ? `is taken by ${holder.name} (process ${holder.pid})` : "is taken by another program";
}
