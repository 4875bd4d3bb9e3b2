import type { Draws } from "../../generate/draws.ts";
import { listItems, listMembers } from "../../json/json-members.ts";

/** Leads to a value: through members by their names, and through items of arrays, null for whichever is drawn. */
export type Path = readonly (string | null)[];

/** Gets a value's text, null of a member that is missing, and gives what is to stand there; null: nothing. */
export type EditText = (text: string | null) => string | null;

/**
 * The text of an object or array in which the value at a path was changed: all others keep their text, of which JSON.parse may keep less.
 * @param json without white space, as samplers write it
 * @param path all but its last step lead to objects and arrays, where these are there
 */
export function editMember(json: string, path: Path, edit: EditText, draws: Draws): string {
  const [step = "", ...rest] = path;
  const editHere: EditText =
    rest.length === 0 ? edit : (text) => (text === null ? null : editMember(text, rest, edit, draws));
  return step === null ? editItem(json, editHere, draws) : editNamed(json, step, editHere);
}

function editNamed(json: string, name: string, edit: EditText): string {
  let endOfFormer = 1;
  for (const member of listMembers(json)) {
    const { start, end } = member;
    if (member.name === name) {
      const edited = edit(json.slice(start, end));
      if (edited !== null) return json.slice(0, start) + edited + json.slice(end);
      const endOfRemoved = endOfFormer === 1 && json[end] === "," ? end + 1 : end;
      return json.slice(0, endOfFormer) + json.slice(endOfRemoved);
    }
    endOfFormer = end;
  }
  const added = edit(null);
  if (added === null) return json;
  return `${json.slice(0, -1)}${endOfFormer === 1 ? "" : ","}${JSON.stringify(name)}:${added}}`;
}

/** An item is never taken away: the next one would stand in its place. */
function editItem(json: string, edit: EditText, draws: Draws): string {
  const items = [...listItems(json)];
  const item = items[items.length === 0 ? 0 : draws.below(items.length)];
  if (item === undefined) return json;
  const text = json.slice(item.start, item.end);
  return json.slice(0, item.start) + (edit(text) ?? text) + json.slice(item.end);
}
