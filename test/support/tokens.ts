import { randomInt } from "node:crypto";
import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";

/** A GitHub token of today's form with a valid checksum, new on each call: nothing of it is ever written down. */
export const newToken = (): string => fillShape("{github-token:ghp_}", randomInt(2 ** 31));
