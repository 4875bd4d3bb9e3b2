export type Credentials = { readonly user: string; readonly password: string };

/** The value of an Authorization header by RFC 7617. */
export function basicAuthorization({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
