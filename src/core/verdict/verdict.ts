import type { Place } from "../change/change.ts";
import type { ConfigReport } from "../config/config-notice.ts";
import type { Finding } from "../scan/finding.ts";
import type { Coverage } from "./coverage.ts";
import { openPolicy, type Policy } from "./policy.ts";

/** A finding in a change, with every place at which its blob stands there. */
export type ChangeFinding = { readonly finding: Finding; readonly blob: string; readonly places: readonly Place[] };

/**
 * What we say about a change. `block`: something that blocks was found (coverage may be partial as well). `incomplete`:
 * nothing blocking was found, but not everything was read, so it is not a pass. `pass`: everything was read.
 */
export type Verdict = {
  readonly outcome: "pass" | "block" | "incomplete";
  /** The findings that block by the policy. */
  readonly blocking: readonly ChangeFinding[];
  /** The others: shown, but they do not block. */
  readonly notices: readonly ChangeFinding[];
  /** What would block if it were new, where it stood before the change: it does not block, and each has an incident. */
  readonly known: readonly ChangeFinding[];
  readonly coverage: Coverage;
  /** What is to be said about the configuration; absent: nothing. */
  readonly configuration?: ConfigReport;
};

/**
 * Whether what was there before was marked there as meant to be. Nothing follows from such a finding. Only of what was there before does
 * a mark say anything: whoever writes a secret can write a mark beside it.
 */
export const isMarked = ({ finding }: ChangeFinding): boolean => finding.marked === true;

/** Findings that were there before a change, each with where it was. */
export type KnownBefore = ReadonlyMap<ChangeFinding, readonly ChangeFinding[]>;

/** Judges a change. Never passes on partial coverage. What was there before is no news, so below the policy it is not told again. */
export function decideVerdict(
  findings: readonly ChangeFinding[],
  coverage: Coverage,
  policy: Policy,
  before: KnownBefore = new Map(),
): Verdict {
  const desk = openPolicy(policy);
  const blocks = ({ finding, places }: ChangeFinding): boolean =>
    // What stands nowhere in the repository is judged by what is said of all paths.
    places.length === 0 ? desk.blocks(finding, "") : places.some(({ path }) => desk.blocks(finding, path));
  const fresh = findings.filter((finding) => !before.has(finding));
  const blocking = fresh.filter(blocks);
  const notices = fresh.filter((finding) => !blocks(finding));
  const known = findings.filter(blocks).flatMap((finding) => before.get(finding) ?? []);
  const outcome = blocking.length > 0 ? "block" : coverage.unread.length > 0 ? "incomplete" : "pass";
  return { outcome, blocking, notices, known: distinctFindings(known), coverage };
}

/** Each finding once, with all places that it was given with. */
export function distinctFindings(findings: readonly ChangeFinding[]): ChangeFinding[] {
  const merged = new Map<string, ChangeFinding>();
  for (const item of findings) {
    const known = merged.get(findingKey(item));
    const places = [...(known?.places ?? []), ...item.places];
    const distinct = new Map(places.toReversed().map((place) => [JSON.stringify([place.path, place.commit]), place]));
    merged.set(findingKey(item), { ...item, places: [...distinct.values()].toReversed() });
  }
  return [...merged.values()];
}

/** What makes a finding the same as another. */
export const findingKey = ({ finding, blob }: ChangeFinding): string =>
  JSON.stringify([finding.fingerprint, blob, finding.ruleId, finding.span.offset]);
