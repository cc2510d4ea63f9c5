import type { StoredSecret } from "./facts.ts";
import { wildmatch } from "./gitignore/wildmatch.ts";
import { highest, type EnvironmentClass, type PostureTerms } from "./terms.ts";

const day = 24 * 60 * 60_000;

/** Whole days from one time to another (ISO 8601). */
export const daysBetween = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / day);

/** How old a key is and may get. */
export type KeyAge = {
  readonly environmentClass: EnvironmentClass;
  readonly days: number;
  /** When it becomes too old: a date, `2026-11-26`. */
  readonly due: string;
  /** `soon`: a person is asked to rotate it before it is late. */
  readonly state: "fresh" | "soon" | "late";
};

/** How old a key of a class is that there has been since then. */
export function ageSince(since: string, environmentClass: EnvironmentClass, terms: PostureTerms, now: string): KeyAge {
  const [most, ask] = [terms.maxAgeDays[environmentClass], terms.askAfterDays[environmentClass]];
  const days = daysBetween(since, now);
  const due = new Date(Date.parse(since) + most * day).toISOString().slice(0, 10);
  return { environmentClass, days, due, state: days > most ? "late" : days > ask ? "soon" : "fresh" };
}

/** The age of a stored secret. GitHub tells when its value was last set. */
export type SecretAge = KeyAge & { readonly secret: StoredSecret };

export const ageOf = (secret: StoredSecret, terms: PostureTerms, now: string): SecretAge => ({
  secret,
  ...ageSince(secret.updatedAt, classOf(secret, terms), terms, now),
});

/** An age as people read it, behind the name of the key. */
export const ageText = ({ days, environmentClass, state, due }: KeyAge): string =>
  `${days} days old (${environmentClass}), ${state === "late" ? "was due" : "to be rotated by"} ${due}`;

function classOf({ environment }: StoredSecret, { classOfEnvironment, otherwise }: PostureTerms): EnvironmentClass {
  if (environment === null) return otherwise;
  const name = environment.toLowerCase();
  const exact = classOfEnvironment[name];
  if (exact !== undefined) return exact;
  const fitting = Object.entries(classOfEnvironment).flatMap(([pattern, of]) =>
    wildmatch(pattern, name, false) ? [of] : [],
  );
  return fitting.length === 0 ? otherwise : highest(fitting);
}

/** A stored secret as people call it. */
export const nameOf = ({ store, environment, name }: StoredSecret): string =>
  environment === null ? `${store} secret ${name}` : `secret ${name} of the environment ${environment}`;
