/** Something about a rule file its author should know. An `error` costs at least one rule; a `warning` costs none. */
export type RuleProblem = {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** Starts at 1. */
  readonly line: number;
  readonly ruleId: string | null;
  readonly message: string;
};

/** One line for people: `patterns/acme.toml:12: error: acme-token: …`. */
export function describeProblem(problem: RuleProblem): string {
  const rule = problem.ruleId === null ? "" : `${problem.ruleId}: `;
  return `${problem.file}:${problem.line}: ${problem.severity}: ${rule}${problem.message}`;
}
