import type { RepoRef } from "../core/change/change.ts";
import { type FixStep, isCarriedOut, shownStep } from "../core/posture/fixes/fix-plan.ts";
import {
  type Attributed,
  type FixRecord,
  lastTrue,
  recordAfter,
  setsBack,
  settledOf,
  tracesOf,
} from "../core/posture/fixes/fix-record.ts";
import { checkPosture, type PosturePorts } from "./check-posture.ts";
import { makeFix } from "./make-fixes.ts";
import { planFixes, type PlanFixesPorts } from "./plan-fixes.ts";
import { planPosture, type PlanPosturePorts } from "./plan-postures.ts";
import type { FixStore, ReportDrifts, SettingChange } from "./ports/fix-store.ts";
import type { Logger } from "./ports/system.ts";

export type FixRepositoryPorts = PosturePorts &
  PlanFixesPorts &
  PlanPosturePorts & {
    readonly fixes: FixStore;
    readonly reportDrifts: ReportDrifts;
    readonly log: Logger;
  };

/** A fix that does not hold is not tried more often than this. */
const leastPauseMs = 60 * 60_000;

/**
 * Looks afresh, plans, stores the plan, carries out what the configuration lets be carried out, and says what was set back. Safe to
 * repeat: the next plan starts from what there is then, and what was begun and had its effect is known by the record.
 */
export async function fixRepository(repo: RepoRef, ports: FixRepositoryPorts): Promise<void> {
  const { fixes, clock, log } = ports;
  const before = await fixes.byId(repo.repoId);
  const posture = await checkPosture(repo, ports, {}, ({ fixes: modes }, { id }) => (modes[id] ?? "off") !== "off");
  const steps = await planFixes(repo, posture, ports);
  if (steps.length === 0 && before === null) return;
  const changes = await fixes.changesOf(repo.repoId);
  const held = steps.filter((step) => isCarriedOut(step) && !wasJustMade(before, step, changes, clock()));
  const pending = await attributed(repo, before, held, changes, ports);
  const shownOf = ({ step, ...rest }: Attributed): Attributed => ({ step: shownStep(step, ports.hashOf), ...rest });
  // Before anything is done: whoever looks sees what is about to be.
  const shown = steps.map((step) => shownStep(step, ports.hashOf));
  const begun = recordAfter(before, shown, { made: settledOf(before, steps), pending: pending.map(shownOf) }, clock());
  await fixes.save(repo.repoId, begun);
  const made: Attributed[] = [];
  for (const one of pending) {
    const { outcome, why } = await makeFix(repo, one.step, ports.fixDesk);
    log.info("a fix was carried out", { repo: repo.repoId, fix: one.step.about, outcome, ...(why && { why }) });
    if (outcome === "made") made.push(one);
  }
  const record = recordAfter(begun, shown, { made: made.map(shownOf), pending: [] }, clock());
  if (record.drifts.length > 0) await ports.reportDrifts(repo, record.drifts, clock());
  await fixes.save(repo.repoId, record);
  // What was set is looked at: not every setting tells of its change.
  if (made.some(({ step }) => step.kind !== "pull-request")) await planPosture(repo, ports);
}

async function attributed(
  repo: RepoRef,
  before: FixRecord | null,
  steps: readonly FixStep[],
  changes: readonly SettingChange[],
  ports: FixRepositoryPorts,
): Promise<readonly Attributed[]> {
  const held = (await ports.postures.byId(repo.repoId))?.posture?.heldAt ?? {};
  const all: Attributed[] = [];
  for (const step of steps) {
    const from = setsBack(before, step.claims) ? lastTrue(before, step.claims, held) : null;
    if (from === null) all.push({ step, by: null });
    else {
      const by = await whoChanged(repo, step, { changes, from }, ports);
      all.push({ step, by, between: { from, to: ports.clock() } });
    }
  }
  return all;
}

/** The same step again, of which GitHub said that it was done, though nobody is known to have changed anything since. */
function wasJustMade(before: FixRecord | null, step: FixStep, changes: readonly SettingChange[], now: string): boolean {
  if (step.kind !== "setting") return false;
  const at = before?.kept[step.claims[0] ?? ""];
  if (at === undefined || Date.parse(now) - Date.parse(at) >= leastPauseMs) return false;
  const { events } = tracesOf(step);
  return !changes.some((change) => events.includes(change.event) && Date.parse(change.at) >= Date.parse(at));
}

/** What was noted so long before is of the same change: a look takes a while, and so does an event. */
const slackMs = 60_000;

async function whoChanged(
  repo: RepoRef,
  step: FixStep,
  { changes, from }: { readonly changes: readonly SettingChange[]; readonly from: string },
  { fixDesk }: PlanFixesPorts,
): Promise<string | null> {
  const { events, audited } = tracesOf(step);
  const since = Date.parse(from) - slackMs;
  const [newest] = changes
    .filter(({ event, at }) => events.includes(event) && Date.parse(at) >= since)
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  if (newest !== undefined) return `@${newest.login}`;
  const byLog = audited.length === 0 ? null : await fixDesk.audited(repo, audited, new Date(since).toISOString());
  return byLog ?? (step.kind === "ruleset" ? fixDesk.lastEditor(repo, step) : null);
}
