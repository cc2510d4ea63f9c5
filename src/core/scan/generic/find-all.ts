import type { NamedValue } from "./named-value.ts";
import { findAssignments } from "./find-assignments.ts";
import { findAuthorization } from "./find-authorization.ts";
import { findCommandPasswords } from "./find-command-passwords.ts";
import { findJwks } from "./find-jwks.ts";
import { findJwts } from "./find-jwts.ts";
import { findUrlCredentials } from "./find-url-credentials.ts";

const finders = [findJwts, findJwks, findAuthorization, findUrlCredentials, findCommandPasswords, findAssignments];

/** Every place of a text where a generic credential may stand, detector by detector; spans of different detectors may overlap. */
export function* findNamedValues(text: string): Generator<NamedValue> {
  for (const find of finders) yield* find(text);
}
