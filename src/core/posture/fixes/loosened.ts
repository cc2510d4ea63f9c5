import {
  type BypassActor,
  bypassModes,
  checksOf,
  enforcements,
  type OwnRuleset,
  type RulesetRule,
} from "./own-ruleset.ts";

/** Everything that Keyward may set. null: not known, or not offered. */
export type ProtectedSettings = {
  readonly ruleset: OwnRuleset | null;
  readonly workflowToken: "read" | "write" | null;
  readonly workflowsApprove: boolean | null;
  readonly secretScanning: boolean | null;
  readonly pushProtection: boolean | null;
  readonly privateReporting: boolean | null;
};

/**
 * In what respects one state of the settings asks for less than another; nothing if it is at least as strict in every one. What makes
 * a change does not use this: it is how a change is checked before it is made.
 */
export function loosened(before: ProtectedSettings, after: ProtectedSettings): readonly string[] {
  return [
    ...(before.ruleset === null ? [] : ofRuleset(before.ruleset, after.ruleset)),
    ...(before.workflowToken === "read" && after.workflowToken !== "read" ? ["the token of workflows may write"] : []),
    ...(before.workflowsApprove === false && after.workflowsApprove !== false ? ["workflows may approve"] : []),
    ...off("secret scanning", before.secretScanning, after.secretScanning),
    ...off("push protection", before.pushProtection, after.pushProtection),
    ...off("private reporting", before.privateReporting, after.privateReporting),
  ];
}

const off = (what: string, before: boolean | null, after: boolean | null): readonly string[] =>
  before === true && after !== true ? [`${what} is off`] : [];

function ofRuleset(before: OwnRuleset, after: OwnRuleset | null): readonly string[] {
  if (after === null) return ["the ruleset is gone"];
  const { include, exclude, bypass, enforcement, rules } = after;
  return [
    ...(enforcements.indexOf(enforcement) < enforcements.indexOf(before.enforcement)
      ? [`the ruleset is ${enforcement} only`]
      : []),
    ...before.include.filter((one) => !include.includes(one)).map((one) => `${one} is not covered`),
    ...exclude.filter((one) => !before.exclude.includes(one)).map((one) => `${one} is left out`),
    ...bypass.filter((actor) => !mayAlready(actor, before.bypass)).map(({ type }) => `${type} may bypass it`),
    ...before.rules.flatMap((rule) =>
      ofRule(
        rule,
        rules.filter(({ type }) => type === rule.type),
      ),
    ),
  ];
}

const mayAlready = (actor: BypassActor, before: readonly BypassActor[]): boolean =>
  before.some(
    ({ type, id, mode }) =>
      type === actor.type && id === actor.id && bypassModes.indexOf(mode) <= bypassModes.indexOf(actor.mode),
  );

/** At least one of the rules of its type has to ask for as much. */
function ofRule(before: RulesetRule, after: readonly RulesetRule[]): readonly string[] {
  const least = after.map((one) => ofParameters(before, one)).toSorted((a, b) => a.length - b.length)[0];
  return least ?? [`the rule ${before.type} is gone`];
}

/** Parameters of which `true` is the weaker value. */
const weakerIfTrue = new Set(["do_not_enforce_on_create"]);

function ofParameters(before: RulesetRule, after: RulesetRule): readonly string[] {
  const names = new Set([...Object.keys(before.parameters ?? {}), ...Object.keys(after.parameters ?? {})]);
  return [...names].flatMap((name) => {
    const [was, is] = [before.parameters?.[name], after.parameters?.[name]];
    if (name === "required_status_checks") return ofChecks(before, after);
    if (was === is) return [];
    // Without it, every one is allowed.
    if (name === "allowed_merge_methods")
      return Array.isArray(is) && (!Array.isArray(was) || is.every((one) => was.includes(one)))
        ? []
        : [`${before.type}: other ways to merge are allowed`];
    if (typeof is === "boolean" && (typeof was === "boolean" || was === undefined)) {
      const weaker = weakerIfTrue.has(name) ? is && was !== true : !is && was === true;
      return weaker ? [`${before.type}: ${name} is ${is}`] : [];
    }
    if (typeof is === "number" && (typeof was === "number" || was === undefined))
      return is < (was ?? 0) ? [`${before.type}: ${name} is ${is}, was ${was}`] : [];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [`${before.type}: ${name} is another`];
  });
}

const ofChecks = (before: RulesetRule, after: RulesetRule): readonly string[] =>
  checksOf(before.parameters)
    .filter(
      ({ context, integration_id: from }) =>
        !checksOf(after.parameters).some(
          (one) => one.context === context && ((from ?? null) === null || one.integration_id === from),
        ),
    )
    .map(({ context }) => `the check ${context} is not required as it was`);
