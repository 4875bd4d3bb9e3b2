import type { VNode } from "preact";
import { CodeBlock } from "../page/code-block.tsx";
import { curlCommand } from "../page/curl.ts";
import type { TypeDetails } from "./type-catalogue.ts";

interface TypeCommandsProps {
  readonly type: TypeDetails;
  readonly baseUrl: string;
  /** Whose password curl is to ask for. */
  readonly user: string | null;
}

/** What the page's buttons do, for a POSIX shell. */
export function TypeCommands({ type, baseUrl, user }: TypeCommandsProps): VNode {
  const { name, isBuiltIn } = type;
  const body = { ...(isBuiltIn ? {} : { type: name }), count: 1000, seed: 42 };
  const words = isBuiltIn ? [] : ["--type", name];
  const api = `${baseUrl}/api/types/${name}`;
  const cli = [
    `npm run generate -- ${[...words, "--count", "1000", "--seed", "42", "--url", baseUrl].join(" ")}`,
    `npm run types -- show ${name} --url ${baseUrl}`,
  ];
  return (
    <section class="commands" aria-label="The same as commands">
      <div>
        <CodeBlock
          label="A run by curl"
          text={curlCommand({ method: "post", url: `${baseUrl}/api/runs`, body, user })}
        />
        {isBuiltIn ? null : (
          <CodeBlock label="Delete it by curl" text={curlCommand({ method: "delete", url: api, user })} />
        )}
      </div>
      <div>
        <CodeBlock label="On the command line: a run, and the definition" text={cli.join("\n")} />
        <CodeBlock label="All of it by curl" text={curlCommand({ method: "get", url: api, user })} />
      </div>
    </section>
  );
}
