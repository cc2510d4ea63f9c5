import type { Finding } from "../core/scan/finding.ts";
import type { Renamed } from "../flows/ports/fingerprint-names.ts";
import type { MasterKeyRing } from "./master-key-setting.ts";
import type { EngineProgram } from "../core/scan/engine/engine-scanner.ts";
import type { RuleChoice } from "../core/scan/rules/own-rules.ts";
import type { RuleSet } from "../core/scan/rules/rule.ts";
import type { ScanOutcome } from "../core/scan/scanner.ts";
import { Secret } from "../core/scan/secret.ts";

/** What a thread is started with: Keyward's own rules, compiled, and what fingerprints are keyed with. */
export type ScanThreadData = {
  readonly masterKeys: MasterKeyRing;
  readonly ruleSet: RuleSet;
  readonly program: EngineProgram;
};

export type ScanRequest = {
  readonly installationId: number;
  /** Null: Keyward's own rules alone. */
  readonly choice: KeyedChoice | null;
  readonly path: string;
  readonly bytes: Uint8Array;
};

/** Rules under a name that is theirs alone. */
export type KeyedChoice = { readonly key: string; readonly rules: RuleChoice };

/** Of an error only the name: its message could quote what the scanner choked on. */
export type ScanReply =
  | { readonly kind: "scanned"; readonly outcome: SentOutcome; readonly renamed: readonly Renamed[] }
  | { readonly kind: "failed"; readonly error: string };

/** An outcome as it passes between threads of this process, and never further: there a secret is a plain string. */
type SentOutcome = Pick<ScanOutcome, "gaps"> & {
  readonly matches: readonly { readonly finding: Finding; readonly secret: string; readonly publicPrefix: string }[];
  readonly hangsOnPath: boolean;
};

/** What was scanned, and how its secrets were called under former keys. */
export type ThreadScan = { readonly outcome: ScanOutcome; readonly renamed: readonly Renamed[] };

export const sentOutcome = ({ matches, gaps, hangsOnPath = false }: ScanOutcome): SentOutcome => ({
  matches: matches.map(({ finding, secret }) => ({
    finding,
    secret: secret.reveal(),
    publicPrefix: secret.publicPrefix,
  })),
  gaps,
  hangsOnPath,
});

export const receivedOutcome = ({ matches, gaps, hangsOnPath }: SentOutcome): ScanOutcome => ({
  matches: matches.map(({ finding, secret, publicPrefix }) => ({ finding, secret: new Secret(secret, publicPrefix) })),
  gaps,
  hangsOnPath,
});
