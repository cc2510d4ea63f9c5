/** A rule as GitHub writes it. */
export type RulesetRule = { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> };

export const bypassModes = ["exempt", "always", "pull_request"] as const;
export type BypassActor = {
  readonly type: string;
  readonly id: number | null;
  /** The later in the list, the stricter. */
  readonly mode: (typeof bypassModes)[number];
};

export const enforcements = ["disabled", "evaluate", "active"] as const;

/** The ruleset that Keyward makes and keeps in a repository. People may add to it; nobody else's rulesets are touched. */
export type OwnRuleset = {
  readonly enforcement: (typeof enforcements)[number];
  /** Patterns of refs. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly bypass: readonly BypassActor[];
  readonly rules: readonly RulesetRule[];
};

/** What the ruleset has to ask for. */
export type RulesetNeeds = {
  readonly include: readonly string[];
  readonly reviews: number;
  readonly dismissesStaleReviews: boolean;
  readonly codeOwnerReview: boolean;
  readonly conversationsResolved: boolean;
  /** The check that is required, and the app it must come from. */
  readonly check: { readonly context: string; readonly appId: number } | null;
  /** Rules that have nothing to set: `deletion`, `non_fast_forward`, … */
  readonly rules: readonly string[];
  readonly nobodyBypasses: boolean;
};

const nothing: OwnRuleset = { enforcement: "active", include: [], exclude: [], bypass: [], rules: [] };

/** The ruleset with all that is needed, and with all that it asked for before. Null before: there is none yet. */
export function strengthened(before: OwnRuleset | null, needs: RulesetNeeds): OwnRuleset {
  const { include, exclude, bypass, rules } = before ?? nothing;
  const plain = needs.rules.filter((type) => !rules.some((rule) => rule.type === type)).map((type) => ({ type }));
  return {
    enforcement: "active",
    include: [...new Set([...include, ...needs.include])],
    exclude: exclude.filter((pattern) => !leavesOut(pattern, needs.include)),
    bypass: needs.nobodyBypasses ? [] : bypass,
    rules: withCheck(withReviews([...rules, ...plain], needs), needs),
  };
}

/** Whether a pattern would leave out some of what is to be covered. What cannot be told from the names does. */
const leavesOut = (pattern: string, include: readonly string[]): boolean =>
  include.length > 0 && (pattern.startsWith("~") || /[*?[]/.test(pattern) || include.some(mayBe(pattern)));

const mayBe =
  (pattern: string) =>
  (wanted: string): boolean =>
    wanted === pattern || wanted.startsWith("~") || /[*?[]/.test(wanted);

/** GitHub wants every one of them named. */
const noReviews = {
  required_approving_review_count: 0,
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_review_thread_resolution: false,
};

function withReviews(rules: readonly RulesetRule[], needs: RulesetNeeds): readonly RulesetRule[] {
  const { reviews, dismissesStaleReviews, codeOwnerReview, conversationsResolved } = needs;
  if (reviews === 0 && !dismissesStaleReviews && !codeOwnerReview && !conversationsResolved) return rules;
  return withRule(rules, "pull_request", (given) => {
    const now = { ...noReviews, ...given };
    return {
      ...now,
      required_approving_review_count: Math.max(now.required_approving_review_count, reviews),
      dismiss_stale_reviews_on_push: now.dismiss_stale_reviews_on_push || dismissesStaleReviews,
      require_code_owner_review: now.require_code_owner_review || codeOwnerReview,
      required_review_thread_resolution: now.required_review_thread_resolution || conversationsResolved,
    };
  });
}

type Check = { readonly context: string; readonly integration_id?: number | null };

function withCheck(rules: readonly RulesetRule[], { check }: RulesetNeeds): readonly RulesetRule[] {
  if (check === null) return rules;
  return withRule(rules, "required_status_checks", (given) => {
    const checks = checksOf(given);
    const fromAnywhere = ({ context, integration_id }: Check): boolean =>
      context === check.context && (integration_id ?? null) === null;
    const ours = ({ context, integration_id }: Check): boolean =>
      context === check.context && integration_id === check.appId;
    // From this app is from anywhere, and more.
    const kept = checks.filter((one) => !fromAnywhere(one) && !ours(one));
    return {
      strict_required_status_checks_policy: false,
      ...given,
      required_status_checks: [...kept, { context: check.context, integration_id: check.appId }],
    };
  });
}

/** The checks that a rule's parameters require. */
export const checksOf = (parameters: RulesetRule["parameters"]): readonly Check[] => {
  const given = parameters?.["required_status_checks"];
  return Array.isArray(given) ? (given as readonly Check[]) : [];
};

/** Changes the parameters of every rule of a type; adds one if there is none. */
function withRule(
  rules: readonly RulesetRule[],
  type: string,
  change: (parameters: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): readonly RulesetRule[] {
  const there = rules.some((rule) => rule.type === type) ? rules : [...rules, { type }];
  return there.map((rule) => (rule.type === type ? { type, parameters: change(rule.parameters ?? {}) } : rule));
}
