import { createHash } from "node:crypto";
import { requestHash } from "../runs/request/request-hash.ts";

/** The same form sent twice asks once; sent again with other values, after going back, it asks for something else. */
export function submissionKey(formKey: string, request: object): string {
  return createHash("sha256")
    .update(`form ${formKey} ${requestHash(request)}`)
    .digest("hex");
}
