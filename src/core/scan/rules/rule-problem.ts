/** Something about a rule file its author should know. An `error` costs at least one rule; a `warning` costs none. */
export type RuleProblem = {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** Starts at 1. */
  readonly line: number;
  readonly ruleId: string | null;
  readonly message: string;
};

/** Lines for people. A warning that a file gives for many rules is told once, with how many more it is for. */
export function describeProblems(problems: readonly RuleProblem[]): readonly string[] {
  const alike = Map.groupBy(problems, (one) => (one.severity === "error" ? one : `${one.file}: ${one.message}`));
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 1 ? "one more rule" : `${others.length} more rules`;
    return [`${describeProblem(first)}${others.length === 0 ? "" : ` (and so for ${more})`}`];
  });
}

/** One line for people: `patterns/acme.toml:12: error: acme-token: …`. */
export function describeProblem(problem: RuleProblem): string {
  const rule = problem.ruleId === null ? "" : `${problem.ruleId}: `;
  return `${problem.file}:${problem.line}: ${problem.severity}: ${rule}${problem.message}`;
}
