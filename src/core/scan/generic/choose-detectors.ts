import type { Candidate } from "../candidate.ts";
import type { Detector } from "../detector.ts";
import { entropyDetector, type EntropyLimits } from "../entropy/entropy-detector.ts";
import { prefixedTokenDetector } from "../prefixed/prefixed-token-detector.ts";
import { providerNamedDetector } from "../provider-named/provider-named-detector.ts";
import { genericDetector } from "./generic-detector.ts";

/** Which detectors to use beside the rules. */
export type DetectorChoice = {
  /** Keyward's own detectors: of named values, of values named after their provider, and of tokens with a prefix. */
  readonly generic: boolean;
  /** The entropy detectors, reported by themselves; `null`: not. */
  readonly entropy: EntropyLimits | null;
  /** Ids of their rules to leave out. */
  readonly disabled: readonly string[];
};

/** Ids of all rules of Keyward's own detectors: they stand in no file, and people may disable them as they do others. */
export const detectorRuleIds: readonly string[] = [genericDetector, providerNamedDetector].flatMap(({ rules }) =>
  rules.map(({ id }) => id),
);

/** The detectors of a choice; none when nothing is chosen. */
export function chooseDetectors({ generic, entropy, disabled }: DetectorChoice): readonly Detector[] {
  const chosen = [
    ...(generic ? [genericDetector, providerNamedDetector, prefixedTokenDetector] : []),
    ...(entropy === null ? [] : [entropyDetector(entropy)]),
  ];
  const out = new Set(disabled);
  return out.size === 0 ? chosen : chosen.map((detector) => without(detector, out));
}

function without(detector: Detector, disabled: ReadonlySet<string>): Detector {
  const isLeft = ({ rule }: Candidate): boolean => !disabled.has(rule.id);
  const { spotted } = detector;
  return {
    rules: detector.rules.filter(({ id }) => !disabled.has(id)),
    find: (haystack) => detector.find(haystack).filter(isLeft),
    ...(spotted && {
      spotted: { ...spotted, find: (haystack, places) => spotted.find(haystack, places).filter(isLeft) },
    }),
  };
}
