import { useStackEnvironment } from "../stack/env-file.ts";
import { readWebAccess } from "../stack/settings.ts";
import { mediaTypeOf } from "../types/definition/media-type.ts";
import { reportProblems } from "./report-problems.ts";
import { type WebClient, webClient } from "./web-client.ts";

interface Options {
  readonly "dry-run"?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly url?: string | undefined;
}

/** Registers the types of each file. @returns the command's exit code */
export async function addTypes(
  files: readonly (readonly [file: string, text: string])[],
  { "dry-run": isDryRun = false, json: isJson = false, url }: Options,
): Promise<number> {
  const client = openClient(url);
  const added: unknown[] = [];
  let isRight = true;
  for (const [file, text] of files) {
    const answer = await client.registerTypes(text, mediaTypeOf(text), isDryRun);
    if ("problems" in answer) {
      reportProblems(file, answer.problems);
      isRight = false;
      continue;
    }
    added.push(...answer.types);
    if (isJson) continue;
    for (const { name, version, topic, table, isUnchanged } of answer.types) {
      const what = isUnchanged ? "is there as it is" : isDryRun ? "would be registered" : "registered";
      console.log(`${name}@${version}: ${what}, ${describePlaces(topic, table)}`);
    }
  }
  if (isJson) console.log(JSON.stringify({ types: added }));
  return isRight ? 0 : 1;
}

export async function listTypes({ json: isJson = false, url }: Options): Promise<number> {
  const types = await openClient(url).listTypes();
  if (isJson) console.log(JSON.stringify({ types }));
  else
    for (const { name, version, topic, table } of types)
      console.log(`${name}@${version}: ${describePlaces(topic, table)}`);
  return 0;
}

export async function showType(name: string, { json: isJson = false, url }: Options): Promise<number> {
  const type = await openClient(url).getType(name);
  // Of the built-in type there is no definition, but a schema.
  const definition = type.definition?.trimEnd() ?? JSON.stringify(type.schema, null, 2);
  console.log(isJson ? JSON.stringify(type) : definition);
  return 0;
}

/** Takes a type off the list, without asking: registered again, it is back as it was. @returns the command's exit code */
export async function removeType(name: string, { json: isJson = false, url }: Options): Promise<number> {
  const client = openClient(url);
  // What is kept, only the type itself knows, which is not to be had afterwards.
  const { topic, table, version } = await client.getType(name);
  await client.removeType(name);
  if (isJson) console.log(JSON.stringify({ removed: { name, version, topic, table } }));
  else
    console.log(
      `${name}: removed; ${table === null ? "" : `the table ${table} with its rows and `}the topic ${topic} stay${table === null ? "s" : ""}. Registered again as it was, it is back.`,
    );
  return 0;
}

function openClient(address: string | undefined): WebClient {
  if (address === undefined) useStackEnvironment("WEB_URL");
  const access = readWebAccess();
  return webClient(address ?? access.url, access.credentials);
}

const describePlaces = (topic: string, table: string | null): string =>
  `topic ${topic}, ${table === null ? "no table" : `table ${table}`}`;
