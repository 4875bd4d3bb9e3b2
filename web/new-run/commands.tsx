import type { VNode } from "preact";
import { CodeBlock } from "../page/code-block.tsx";
import { curlCommand } from "../page/curl.ts";
import { shellWord } from "../page/shell-word.ts";
import { writeFlags } from "./options/option-flag.ts";
import type { RequestProperties } from "./run-form.ts";

export interface RunCommands {
  readonly curl: string;
  readonly cli: string;
}

/** The commands that ask for the same run, for a POSIX shell. @param user whose password curl is to ask for */
export function runCommands(
  request: Readonly<Record<string, unknown>>,
  properties: RequestProperties,
  baseUrl: string,
  user: string | null,
): RunCommands {
  const words = writeFlags(properties, request);
  return {
    curl: curlCommand({ method: "post", url: `${baseUrl}/api/runs`, body: request, user }),
    cli: ["npm run generate --", ...[...words, "--url", baseUrl].map(shellWord)].join(" "),
  };
}

export function Commands({ commands }: { readonly commands: RunCommands | null }): VNode {
  const none = "# Mend what is marked first.";
  return (
    <section class="commands" aria-label="The same run as a command">
      <CodeBlock id="command-curl" label="The same run by curl" text={commands?.curl ?? none} />
      <CodeBlock id="command-cli" label="The same run on the command line" text={commands?.cli ?? none} />
    </section>
  );
}
