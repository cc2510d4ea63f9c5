import type { NamedValue } from "./named-value.ts";
import { findAssignments } from "./find-assignments.ts";
import { findAuthorization, schemeWords } from "./find-authorization.ts";
import { commandWords, findCommandPasswords } from "./find-command-passwords.ts";
import { findJwks, jwkWord } from "./find-jwks.ts";
import { findJwts, jwtWord } from "./find-jwts.ts";
import { nameWords } from "./find-names.ts";
import { findUrlCredentials, urlSeparator } from "./find-url-credentials.ts";
import type { Spotted } from "./spotted.ts";

const finders = [findJwts, findJwks, findAuthorization, findUrlCredentials, findCommandPasswords, findAssignments];

/** Every place of a text where a generic credential may stand, detector by detector; spans of different detectors may overlap. */
export function* findNamedValues(text: string, spotted: Spotted | null = null): Generator<NamedValue> {
  for (const find of finders) yield* find(text, spotted);
}

/** Every word that a finder asks for. */
export const wordsToSpot: readonly string[] = [
  ...nameWords,
  ...schemeWords,
  ...commandWords,
  jwtWord,
  jwkWord,
  urlSeparator,
];
