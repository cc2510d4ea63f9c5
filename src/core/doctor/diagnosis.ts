/** What an examination found about one thing. `advice`: what to do about it. */
export type Diagnosis = {
  readonly about: string;
  readonly state: "good" | "warning" | "bad" | "unknown";
  readonly found: string;
  readonly advice?: string;
};

export const good = (about: string, found: string): Diagnosis => ({ about, state: "good", found });
export const warning = (about: string, found: string, advice: string): Diagnosis => ({
  about,
  state: "warning",
  found,
  advice,
});
export const bad = (about: string, found: string, advice: string): Diagnosis => ({
  about,
  state: "bad",
  found,
  advice,
});
export const unknown = (about: string, found: string, advice: string): Diagnosis => ({
  about,
  state: "unknown",
  found,
  advice,
});

/** What could not be found out is no better than what is bad. */
export const isHealthy = (diagnoses: readonly Diagnosis[]): boolean =>
  diagnoses.every(({ state }) => state === "good" || state === "warning");
