/** What the web service lets its clients in by: a user and a password, or a token. */
export type Credentials = { readonly user: string; readonly password: string } | { readonly token: string };

/** The value of an Authorization header by RFC 7617 (Basic) or RFC 6750 (Bearer). */
export function authorizationHeader(credentials: Credentials): string {
  if ("token" in credentials) return `Bearer ${credentials.token}`;
  const { user, password } = credentials;
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
