/** What stands in place of a secret. */
const mask = "[redacted]";

/** Shorter ones would take ordinary words away. */
const minSecretLength = 8;

/**
 * A function that takes secrets out of a text, however the text spells them: as they are, inside JSON, inside a URL.
 * A library that puts a password into an error's message or fields is not found out by naming fields.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const spellings = new Set(
    secrets
      .filter((secret) => secret.length >= minSecretLength)
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]),
  );
  // The longest first: one may be a part of another.
  const ordered = [...spellings].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, spelling) => rest.replaceAll(spelling, mask), text);
}

/** The password in a URL, if it has one. */
export function passwordsIn(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { password } = new URL(url);
  return password === "" ? [] : [password, decodeURIComponent(password)];
}
