import { commitMessagePath } from "../core/change/change.ts";
import type { TextOccurrence } from "../core/incident/occurrence.ts";
import type { Finding, Match } from "../core/scan/finding.ts";
import type { ContentScanner, ScanGap } from "../core/scan/scanner.ts";
import { openPolicy, type Policy } from "../core/verdict/policy.ts";
import type { TextPart } from "./ports/texts.ts";

/** A text is looked through as if it were a file of this name: on GitHub people write Markdown. */
const asFile = "text.md";

/** What was found in a part of a text. `matches` are those that block by what is said of all paths, in order of offset. */
export type FoundInText = {
  readonly matches: readonly Match[];
  /** Of everything that was found, whether it counts or not. */
  readonly fingerprints: ReadonlySet<string>;
  readonly gaps: readonly ScanGap[];
};

/** The name of the file that a part of a text is looked through as. */
export const fileNameOf = ({ path = asFile }: Pick<TextPart, "path">): string => path;

/** Whether a finding in a text counts: the paths of a policy are those of the code, so a text is at none, like a message. */
export function inTexts(policy: Policy): (finding: Finding) => boolean {
  const desk = openPolicy(policy);
  return (finding) => desk.blocks(finding, commitMessagePath);
}

/** Looks a part of a text through for credentials. */
export async function findInText(
  part: Pick<TextPart, "text" | "path">,
  scanner: ContentScanner,
  policy: Policy,
): Promise<FoundInText> {
  const { matches, gaps } = await scanner.scan({ path: fileNameOf(part), bytes: new TextEncoder().encode(part.text) });
  const counts = inTexts(policy);
  const fingerprints = new Set(matches.map(({ finding }) => finding.fingerprint));
  return { matches: matches.filter(({ finding }) => counts(finding)), fingerprints, gaps };
}

/** Where in a part of a text a match was seen. */
export const occurrenceIn = (
  { place }: Pick<TextPart, "place">,
  { finding }: Match,
  repoId: number,
  seenAt: string,
): TextOccurrence => ({ kind: "text", repoId, place, line: finding.span.line, seenAt });
