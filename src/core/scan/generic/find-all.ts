import type { NamedValue } from "./named-value.ts";
import { findAssignments } from "./find-assignments.ts";
import { findAuthorization, schemesSought } from "./find-authorization.ts";
import { commandsSought, findCommandPasswords } from "./find-command-passwords.ts";
import { findJwks, jwkSought } from "./find-jwks.ts";
import { findJwts, jwtSought } from "./find-jwts.ts";
import { nameSought } from "./find-names.ts";
import { findUrlCredentials, urlSought } from "./find-url-credentials.ts";
import type { Sought, Spotted } from "./spotted.ts";

const finders = [findJwts, findJwks, findAuthorization, findUrlCredentials, findCommandPasswords, findAssignments];

/** Every place of a text where a generic credential may stand, detector by detector; spans of different detectors may overlap. */
export function* findNamedValues(text: string, spotted: Spotted | null = null): Generator<NamedValue> {
  for (const find of finders) yield* find(text, spotted);
}

/** Everything that a finder asks for. */
export const valuesSought: readonly Sought[] = [
  nameSought,
  schemesSought,
  ...commandsSought,
  jwtSought,
  jwkSought,
  urlSought,
];
