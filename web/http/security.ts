import type { RequestHandler } from "express";
import helmet from "helmet";

const everywhere = {
  // The service speaks plain HTTP; whether there is TLS in front of it only the operator knows.
  strictTransportSecurity: false,
  referrerPolicy: { policy: "same-origin" },
  xFrameOptions: { action: "deny" },
} as const;

const directives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The security headers of every page and response of ours: nothing inline, nothing from elsewhere. */
export function secureHeaders(): RequestHandler {
  return helmet({ ...everywhere, contentSecurityPolicy: { useDefaults: false, directives } });
}

/** Bull Board's page sets styles inline and names its own base; it still gets nothing from elsewhere. */
export function bullBoardHeaders(): RequestHandler {
  return helmet({
    ...everywhere,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...directives,
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", "data:"],
        workerSrc: ["'self'", "blob:"],
        baseUri: ["'self'"],
      },
    },
  });
}
