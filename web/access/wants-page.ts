import type { Request } from "express";

/** Whether a person's browser asks, which says that it prefers HTML; programs say something else or nothing. */
export const prefersHtml = (req: Request): boolean => req.accepts(["json", "html"]) === "html";
