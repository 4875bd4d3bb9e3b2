import type { VNode } from "preact";
import { CodeBlock } from "../page/code-block.tsx";
import { curlCommand } from "../page/curl.ts";
import type { TypeDetails } from "./type-catalogue.ts";

interface TypeCommandsProps {
  readonly type: TypeDetails;
  /** Whether its records are had in a dataset only. */
  readonly isRelated: boolean;
  readonly baseUrl: string;
  /** Whose password curl is to ask for. */
  readonly user: string | null;
}

/** What the page's buttons do, for a POSIX shell. */
export function TypeCommands({ type, isRelated, baseUrl, user }: TypeCommandsProps): VNode {
  const { name, isBuiltIn } = type;
  const [what, path, body] = isRelated
    ? (["dataset", "datasets", { types: { [name]: {} }, seed: 42 }] as const)
    : (["run", "runs", { ...(isBuiltIn ? {} : { type: name }), count: 1000, seed: 42 }] as const);
  const words = isBuiltIn ? [] : ["--type", name];
  const api = `${baseUrl}/api/types/${name}`;
  const cli = [
    ...(isRelated
      ? []
      : [`npm run generate -- ${[...words, "--count", "1000", "--seed", "42", "--url", baseUrl].join(" ")}`]),
    `npm run types -- show ${name} --url ${baseUrl}`,
  ];
  return (
    <section class="commands" aria-label="The same as commands">
      <div>
        <CodeBlock
          label={`A ${what} by curl`}
          text={curlCommand({ method: "post", url: `${baseUrl}/api/${path}`, body, user })}
        />
        {isBuiltIn ? null : (
          <CodeBlock label="Delete it by curl" text={curlCommand({ method: "delete", url: api, user })} />
        )}
      </div>
      <div>
        <CodeBlock
          label={
            isRelated
              ? "On the command line: the definition"
              : "On the command line: a run, and the definition"
          }
          text={cli.join("\n")}
        />
        <CodeBlock label="All of it by curl" text={curlCommand({ method: "get", url: api, user })} />
      </div>
    </section>
  );
}
