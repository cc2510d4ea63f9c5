import type { TextOccurrence } from "../core/incident/occurrence.ts";
import type { Match } from "../core/scan/finding.ts";
import type { ContentScanner, ScanGap } from "../core/scan/scanner.ts";
import type { Policy } from "../core/verdict/policy.ts";
import { decideVerdict } from "../core/verdict/verdict.ts";
import type { TextPart } from "./ports/texts.ts";

/** A text is looked through as if it were a file of this name: on GitHub people write Markdown. */
const asFile = "text.md";

/** What was found in a part of a text. `matches` are those that would block a change, in order of offset. */
export type FoundInText = { readonly matches: readonly Match[]; readonly gaps: readonly ScanGap[] };

/** The name of the file that a part of a text is looked through as. */
export const fileNameOf = ({ path = asFile }: Pick<TextPart, "path">): string => path;

/** Looks a part of a text through for credentials. */
export async function findInText(
  part: Pick<TextPart, "text" | "path">,
  scanner: ContentScanner,
  policy: Policy,
): Promise<FoundInText> {
  const { matches, gaps } = await scanner.scan({ path: fileNameOf(part), bytes: new TextEncoder().encode(part.text) });
  const findings = matches.map(({ finding }) => ({ finding, blob: "", places: [] }));
  const coverage = { commits: 0, blobs: 0, bytes: 0, submodules: 0, unread: [] };
  const sure = new Set(decideVerdict(findings, coverage, policy).blocking.map(({ finding }) => finding));
  return { matches: matches.filter(({ finding }) => sure.has(finding)), gaps };
}

/** Where in a part of a text a match was seen. */
export const occurrenceIn = (
  { place }: Pick<TextPart, "place">,
  { finding }: Match,
  repoId: number,
  seenAt: string,
): TextOccurrence => ({ kind: "text", repoId, place, line: finding.span.line, seenAt });
