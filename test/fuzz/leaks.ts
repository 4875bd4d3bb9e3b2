import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

interface Har {
  readonly log: {
    readonly entries: readonly {
      readonly request: { readonly method: string; readonly url: string };
      readonly response: { readonly status: number };
    }[];
  };
}

/** What no answer may hold: where our code stands, and the words of the libraries that failed in it. */
const internals = [
  /node:internal/,
  /node_modules/,
  /\bat \S+ \(?(file:|\/)/,
  /\b\w+\.tsx?:\d+/,
  /syntax error at or near/,
];

/** One line for each answer that holds an internal or a secret, and each log that holds a secret or a fault of ours. */
export async function findLeaks(
  directory: string,
  cassette: string,
  secrets: readonly string[],
): Promise<string[]> {
  const { log }: Har = JSON.parse(await readFile(cassette, "utf8"));
  const inAnswers = log.entries.flatMap(({ request, response }) => {
    const text = JSON.stringify(response);
    const found = [...secrets, ...internals].filter((trace) =>
      typeof trace === "string" ? text.includes(trace) : trace.test(text),
    );
    return found.map((trace) => `${request.method} ${request.url} answers ${response.status} with ${trace}`);
  });
  return [...inAnswers, ...(await findInLogs(path.join(directory, "logs"), secrets))];
}

const ourLogs = /^(web|worker|consumer)(-\d+)?\.log$/;

async function findInLogs(folder: string, secrets: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir(folder)).filter((file) => ourLogs.test(file))) {
    for (const line of (await readFile(path.join(folder, name), "utf8")).split("\n")) {
      if (/"level":"(error|fatal)"/.test(line)) found.push(`${name} has a fault: ${line.slice(0, 2_000)}`);
      for (const secret of secrets) if (line.includes(secret)) found.push(`${name} has the secret ${secret}`);
    }
  }
  return found;
}
