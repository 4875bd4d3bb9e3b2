/** JSON pointers (RFC 6901). */

export function pointTo(pointer: string, ...tokens: readonly (string | number)[]): string {
  return tokens.reduce<string>((path, token) => `${path}/${escapeToken(String(token))}`, pointer);
}

const escapeToken = (token: string): string => token.replaceAll("~", "~0").replaceAll("/", "~1");

export function tokensOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export const parentOf = (pointer: string): string => pointer.slice(0, pointer.lastIndexOf("/"));
