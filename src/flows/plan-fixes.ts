import { type FixStep, type Granted, missingOf } from "../core/posture/fixes/fix-plan.ts";
import { completeGitignore } from "../core/posture/fixes/complete-gitignore.ts";
import { gitignoreProposal, pinProposal } from "../core/posture/fixes/file-proposals.ts";
import { actionsToPin, pinActions } from "../core/posture/fixes/pin-actions.ts";
import { type Proposal, proposalRequests } from "../core/posture/fixes/proposal.ts";
import {
  assertNotLooser,
  type FoundRuleset,
  needsOf,
  rulesetChanges,
  rulesetClaims,
  rulesetName,
  rulesetRequest,
  settingClaims,
  settingFixes,
  settingsAfter,
  settingsNow,
} from "../core/posture/fixes/settings-plan.ts";
import { standingOf } from "../core/posture/evaluate.ts";
import type { FixMode } from "../core/posture/posture-config.ts";
import { fromByteText } from "../core/scan/byte-text.ts";
import type { Posture } from "./check-posture.ts";
import type { PostureSubject } from "./ports/facts.ts";
import type { FixDesk } from "./ports/fixes.ts";

export type PlanFixesPorts = { readonly fixDesk: FixDesk; readonly hashOf: (text: string) => string };

type Planning = {
  readonly subject: PostureSubject;
  readonly repository: string;
  readonly posture: Posture;
  readonly granted: Granted;
  readonly ports: PlanFixesPorts;
  /** The claims that are false, not waived, and to be fixed, by how. */
  readonly modes: ReadonlyMap<string, Exclude<FixMode, "off">>;
};

/**
 * What would be done about the claims that are false, where the configuration asks for it: each step with the very requests, given
 * how far it has come. Reads and plans only. Planned again after every request has been sent, it has none left.
 */
export async function planFixes(
  subject: PostureSubject,
  posture: Posture,
  ports: PlanFixesPorts,
): Promise<readonly FixStep[]> {
  const asked = posture.results.flatMap((result) => {
    const mode = posture.config.fixes[result.check.id] ?? "off";
    return standingOf(result) === "fail" && mode !== "off" ? [[result.check.id, mode] as const] : [];
  });
  if (asked.length === 0) return [];
  const planning: Planning = {
    subject,
    repository: `${subject.owner}/${subject.name}`,
    posture,
    granted: await ports.fixDesk.granted(subject),
    ports,
    modes: new Map(asked),
  };
  return [
    ...(await gitignoreStep(planning)),
    ...(await pinStep(planning)),
    ...(await rulesetSteps(planning)),
    ...settingSteps(planning),
  ];
}

async function gitignoreStep(planning: Planning): Promise<readonly FixStep[]> {
  const claim = "sensitive-files-ignored";
  const { tree } = planning.posture.facts;
  if (!planning.modes.has(claim) || tree.kind === "unknown") return [];
  const completed = completeGitignore(tree.value);
  const left = completed.left.map(
    ({ what, name, folder }) => `${what}: ${name}${folder === "" ? "" : ` in ${fromByteText(folder)}`}`,
  );
  const changes = completed.added.map(({ path, patterns }) => `${fromByteText(path)}: + ${patterns.join(", ")}`);
  return proposalStep(planning, claim, gitignoreProposal(completed), { changes, left, permissions: [] });
}

async function pinStep(planning: Planning): Promise<readonly FixStep[]> {
  const claim = "actions-pinned";
  const { workflows } = planning.posture.facts;
  if (!planning.modes.has(claim) || workflows.kind === "unknown") return [];
  const commits = new Map<string, string | null>();
  for (const action of actionsToPin(workflows.value))
    commits.set(
      `${action.repository}@${action.tag}`,
      await planning.ports.fixDesk.commitOfTag(planning.subject, action),
    );
  const pinned = pinActions(workflows.value, ({ repository, tag }) => commits.get(`${repository}@${tag}`) ?? null);
  const { left } = pinned;
  return proposalStep(planning, claim, pinProposal(pinned), {
    changes: pinned.pinned,
    left,
    // Without it no app writes to workflows.
    permissions: ["workflows"],
  });
}

async function proposalStep(
  { subject, repository, posture, granted, ports, modes }: Planning,
  claim: string,
  proposal: Proposal | null,
  about: {
    readonly changes: readonly string[];
    readonly left: readonly string[];
    readonly permissions: readonly string[];
  },
): Promise<readonly FixStep[]> {
  const { changes, left, permissions } = about;
  const mode = modes.get(claim) ?? "report";
  const step = { kind: "pull-request", claims: [claim], mode, changes, left } as const;
  const base = posture.facts.repository;
  if (proposal === null || base.kind === "unknown") return [{ ...step, about: claim, requests: [], missing: [] }];
  const of = {
    base: base.value.defaultBranch,
    branch: proposal.branch,
    paths: proposal.files.map(({ path }) => path),
  };
  const state = await ports.fixDesk.proposal(subject, of);
  const { requests, closed } = proposalRequests(repository, proposal, state, ports.hashOf);
  return [
    {
      ...step,
      about: proposal.about,
      left:
        closed === null
          ? left
          : [...left, `pull request #${closed} with this content was closed: it is not opened again`],
      requests,
      missing: requests.length === 0 ? [] : missingOf(granted, ["contents", "pull_requests", ...permissions]),
    },
  ];
}

/** One for what is enforced, one for what is only shown. */
async function rulesetSteps(planning: Planning): Promise<readonly FixStep[]> {
  const { subject, posture, granted, ports, modes, repository } = planning;
  const claims = [...modes].filter(([claim]) => rulesetClaims.includes(claim));
  if (claims.length === 0) return [];
  const found = await ports.fixDesk.ruleset(subject, rulesetName);
  const groups = [
    claims.filter(([, mode]) => mode === "enforce"),
    claims.filter(([, mode]) => mode === "propose"),
    claims.filter(([, mode]) => mode === "report"),
  ];
  return groups.flatMap((group): readonly FixStep[] => {
    const [mode] = group.map(([, one]) => one);
    if (mode === undefined) return [];
    const ids = group.map(([claim]) => claim);
    const planned = rulesetRequest(repository, found, needsOf(ids, posture.terms));
    if (planned !== null) checkRuleset(planning, found, planned.after);
    const stillFalse = `still false with the ruleset as it is: ${ids.join(", ")}`;
    return [
      {
        kind: "ruleset",
        about: "ruleset",
        claims: ids,
        mode,
        changes: planned === null ? [] : rulesetChanges(found?.ruleset ?? null, planned.after),
        left: planned === null ? [stillFalse] : bypassOfOthers(ids),
        requests: planned === null ? [] : [planned.request],
        missing: planned === null ? [] : missingOf(granted, ["administration"]),
      },
    ];
  });
}

const bypassOfOthers = (claims: readonly string[]): readonly string[] =>
  claims.includes("nobody-bypasses")
    ? ["who may bypass other rulesets, or classic protection, is for their owners to change"]
    : [];

function checkRuleset({ posture }: Planning, found: FoundRuleset | null, after: FoundRuleset["ruleset"]): void {
  const before = settingsNow(found?.ruleset ?? null, posture.facts);
  assertNotLooser(before, { ...before, ruleset: after });
}

function settingSteps({ posture, granted, modes, repository }: Planning): readonly FixStep[] {
  const before = settingsNow(null, posture.facts);
  return (["enforce", "propose", "report"] as const).flatMap((mode) => {
    const claims = [...modes].flatMap(([claim, one]) => (one === mode && settingClaims.includes(claim) ? [claim] : []));
    return settingFixes(repository, claims, posture.facts).map(({ about, claims: ids, request, changes }): FixStep => {
      assertNotLooser(before, settingsAfter(before, request));
      return {
        kind: "setting",
        about,
        claims: ids,
        mode,
        changes,
        left: [],
        requests: [request],
        missing: missingOf(granted, ["administration"]),
      };
    });
  });
}
