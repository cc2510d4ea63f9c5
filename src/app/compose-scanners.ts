import { createHash } from "node:crypto";
import { engineState } from "../adapters/engine/engine-state.ts";
import { cachedProgram } from "../adapters/engine/program-cache.ts";
import { loadDefaultRules } from "../adapters/files/rule-files.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import {
  createThreadPool,
  type ThreadPool,
  type ThreadPoolOptions,
  type Urgency,
} from "../adapters/system/thread-pool.ts";
import type { Detector } from "../core/scan/detector.ts";
import { chooseDetectors } from "../core/scan/generic/choose-detectors.ts";
import { placeKinds } from "../core/scan/place-kind.ts";
import { chosenRules, disabledBy, noChoice, type RuleChoice } from "../core/scan/rules/own-rules.ts";
import { describeProblem } from "../core/scan/rules/rule-problem.ts";
import type { RuleSet } from "../core/scan/rules/rule.ts";
import type { KeepableScanner, ScanGap, ScanOutcome } from "../core/scan/scanner.ts";
import type { SourceText } from "../core/scan/source-text.ts";
import type { FingerprintNames } from "../flows/ports/fingerprint-names.ts";
import type { MasterKeyRing } from "./master-key-setting.ts";
import { keptChoices } from "./kept-choices.ts";
import {
  type KeyedChoice,
  receivedOutcome,
  type ScanReply,
  type ScanRequest,
  type ScanThreadData,
} from "./scan-thread-protocol.ts";

export type ScannerFor = (installationId: number, rules?: RuleChoice) => KeepableScanner;

/** Scanners for what somebody waits for, which come first, and for what nobody waits for. */
export type Scanners = Readonly<Record<Urgency, ScannerFor>> & { readonly close: () => Promise<void> };

/** How many threads scan, and what one content may take there. */
export type ScanLimits = Pick<ThreadPoolOptions, "threads" | "limits" | "warm">;

/** What can be told of a choice without scanning. */
type Choice = {
  readonly choice: KeyedChoice | null;
  readonly state: string;
  readonly kindOfPlace: KeepableScanner["kindOfPlace"];
};

/**
 * One scanner per installation, as fingerprints are keyed by it, and per choice of rules. They scan in threads: content that takes more
 * time or memory than it may is a gap of its own. Until a former key comes to its end, what is stored follows the secrets that are seen.
 */
export function composeScanners(
  masterKeys: MasterKeyRing,
  { limits, ...threads }: ScanLimits,
  rename: FingerprintNames["rename"],
): Scanners {
  const ruleSet = ownRules();
  const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
  const workerData: ScanThreadData = { masterKeys, ruleSet, program: cachedProgram(ruleSet, detectors, process.env) };
  const pool = createThreadPool<ScanRequest, ScanReply>({ program: threadProgram, workerData, limits, ...threads });
  const own: Choice = { choice: null, ...told(ruleSet, detectors) };
  const kept = keptChoices<Choice>();
  const choiceOf = (rules: RuleChoice): Choice => {
    if (rules.own.length + rules.disabled.length === 0) return own;
    const key = createHash("sha256").update(JSON.stringify(rules)).digest("hex");
    return kept(key, () => {
      const disabled = disabledBy(rules);
      const chosen = chooseDetectors({ generic: true, entropy: null, disabled });
      return { choice: { key, rules }, ...told(chosenRules(ruleSet, rules), chosen) };
    });
  };
  const scannersOf =
    (urgency: Urgency): ScannerFor =>
    (installationId, rules = noChoice) => {
      const { choice, state, kindOfPlace } = choiceOf(rules);
      return {
        identity: createFingerprinter(masterKeys[0].master, installationId)("identity", state),
        kindOfPlace,
        scan: (source) => scanInThread(source, { installationId, choice, urgency }, pool, { limits, rename }),
      };
    };
  return { interactive: scannersOf("interactive"), background: scannersOf("background"), close: pool.close };
}

const threadProgram = new URL(
  import.meta.url.endsWith(".ts") ? "./scan-thread.ts" : "./scan-thread.js",
  import.meta.url,
);

function ownRules(): RuleSet {
  const { ruleSet, problems } = loadDefaultRules();
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(`Keyward's own rules do not load:\n${errors.map(describeProblem).join("\n")}`);
  return ruleSet;
}

/** The state is everything that has a say in what a scanner answers, but for the key: the code of the engine and what it depends on, the rules. */
function told(ruleSet: RuleSet, detectors: readonly Detector[]): Pick<Choice, "state" | "kindOfPlace"> {
  const rulesOfDetectors = detectors.map(({ rules }) => rules.map(({ id }) => id));
  const state = JSON.stringify([engineState(), ruleSet, rulesOfDetectors]);
  return { state: createHash("sha256").update(state).digest("hex"), kindOfPlace: placeKinds(ruleSet, detectors) };
}

async function scanInThread(
  { path, bytes }: SourceText,
  { urgency, ...asked }: Pick<ScanRequest, "installationId" | "choice"> & { readonly urgency: Urgency },
  pool: ThreadPool<ScanRequest, ScanReply>,
  { limits: { millis, megabytes }, rename }: Pick<ScanLimits, "limits"> & Pick<FingerprintNames, "rename">,
): Promise<ScanOutcome> {
  // A copy of its own: a view would take all of the buffer it looks at along.
  const request: ScanRequest = { ...asked, path, bytes: new Uint8Array(bytes) };
  const outcome = await pool.run(request, urgency);
  switch (outcome.kind) {
    case "answered":
      if (outcome.result.kind === "failed") throw scanFailed(outcome.result.error);
      // Before anybody looks for what is stored about a secret, it is called as the secret is.
      if (outcome.result.renamed.length > 0) await rename(asked.installationId, outcome.result.renamed);
      return receivedOutcome(outcome.result.outcome);
    case "timeout":
      return unread({ path, reason: "timeout", detail: `Scanning it took more than ${millis / 1000} s.` });
    case "out-of-memory":
      return unread({ path, reason: "too-large", detail: `Scanning it took more than ${megabytes} MiB of memory.` });
    case "lost":
      throw scanFailed(outcome.error);
  }
}

const unread = (gap: ScanGap): ScanOutcome => ({ matches: [], gaps: [gap] });

/** Carries the name of what was thrown in the thread, which is all that is known of it here. */
function scanFailed(name: string): Error {
  const error = new Error("The scanner failed on a content.");
  error.name = name;
  return error;
}
