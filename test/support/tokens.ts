import { randomBytes, randomInt } from "node:crypto";
import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";
import { plant } from "./leaks/leaks.ts";

/** A GitHub token of today's form with a valid checksum, new on each call: nothing of it is ever written down. */
export const newToken = (): string => fillShape("{github-token:ghp_}", randomInt(2 ** 31));

/** Random bytes for a key or a shared secret, new on each call. In text they are looked for as whatever is filled from a shape is. */
export function newKey(length = 32): Buffer {
  const key = randomBytes(length);
  for (const text of [key.toString("base64"), key.toString("hex")]) plant(text);
  return key;
}
