import type { AccessConfig } from "../../service/config.ts";
import { secretEquals } from "./secret-equals.ts";

export interface Verifier {
  /** Whether everybody is let in. */
  readonly isOpen: boolean;
  /** Whether the header holds what the operator has set, by HTTP Basic (RFC 7617) or Bearer (RFC 6750). */
  verifyHeader(authorization: string): boolean;
  /** The name of who may sign in with this, or null. Without credentials the token stands for the password. */
  verifySignIn(user: string, password: string): string | null;
}

/** What a person who signs in with the token alone is called. */
const tokenHolder = "token";

export function createVerifier({ credentials, token }: AccessConfig): Verifier {
  const basic = credentials === null ? null : `${credentials.user}:${credentials.password}`;
  return {
    isOpen: basic === null && token === null,
    verifyHeader(authorization) {
      const [scheme = "", value = ""] = authorization.split(/ +/, 2);
      switch (scheme.toLowerCase()) {
        case "basic":
          return basic !== null && secretEquals(Buffer.from(value, "base64").toString(), basic);
        case "bearer":
          return token !== null && secretEquals(value, token);
        default:
          return false;
      }
    },
    verifySignIn(user, password) {
      if (credentials !== null) {
        // One comparison for both: whose name is wrong is not told from whose password is.
        const given = JSON.stringify([user, password]);
        return secretEquals(given, JSON.stringify([credentials.user, credentials.password]))
          ? credentials.user
          : null;
      }
      return token !== null && secretEquals(password, token) ? tokenHolder : null;
    },
  };
}
