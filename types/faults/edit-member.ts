import { listMembers } from "../../json/json-members.ts";

/** Gets a value's text, null of a member that is missing, and gives what is to stand there; null: nothing. */
export type EditText = (text: string | null) => string | null;

/**
 * The text of an object in which the value at a path was changed: all others keep their text, of which JSON.parse may keep less.
 * @param json without white space, as samplers write it
 * @param path names of the members that lead to the value; all but the last are objects
 */
export function editMember(json: string, [name = "", ...rest]: readonly string[], edit: EditText): string {
  let endOfFormer = 1;
  for (const member of listMembers(json)) {
    const { start, end } = member;
    if (member.name === name) {
      const text = json.slice(start, end);
      const edited = rest.length > 0 ? editMember(text, rest, edit) : edit(text);
      if (edited !== null) return json.slice(0, start) + edited + json.slice(end);
      const endOfRemoved = endOfFormer === 1 && json[end] === "," ? end + 1 : end;
      return json.slice(0, endOfFormer) + json.slice(endOfRemoved);
    }
    endOfFormer = end;
  }
  const added = rest.length > 0 ? null : edit(null);
  if (added === null) return json;
  return `${json.slice(0, -1)}${endOfFormer === 1 ? "" : ","}${JSON.stringify(name)}:${added}}`;
}
