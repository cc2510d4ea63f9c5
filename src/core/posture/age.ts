import type { StoredSecret } from "./facts.ts";
import { wildmatch } from "./gitignore/wildmatch.ts";
import { highest, type EnvironmentClass, type PostureTerms } from "./terms.ts";

const day = 24 * 60 * 60_000;

/** Whole days from one time to another (ISO 8601). */
export const daysBetween = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / day);

/** How old a stored secret is and may get. GitHub tells when its value was last set. */
export type SecretAge = {
  readonly secret: StoredSecret;
  readonly environmentClass: EnvironmentClass;
  readonly days: number;
  /** When it becomes too old: a date, `2026-11-26`. */
  readonly due: string;
  /** `soon`: a person is asked to rotate it before it is late. */
  readonly state: "fresh" | "soon" | "late";
};

export function ageOf(secret: StoredSecret, terms: PostureTerms, now: string): SecretAge {
  const environmentClass = classOf(secret, terms);
  const days = daysBetween(secret.updatedAt, now);
  const due = new Date(Date.parse(secret.updatedAt) + terms.maxAgeDays[environmentClass] * day)
    .toISOString()
    .slice(0, 10);
  const state =
    days > terms.maxAgeDays[environmentClass] ? "late" : days > terms.askAfterDays[environmentClass] ? "soon" : "fresh";
  return { secret, environmentClass, days, due, state };
}

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
