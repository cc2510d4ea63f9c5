import { isMessagePath } from "../../core/change/change.ts";
import type { Reason } from "../../core/scan/finding.ts";
import { shownFingerprint } from "../../core/suppression/suppression.ts";
import type { Credential, Spot } from "./credentials.ts";
import { plural, shortened, sizeOf, visible } from "./markdown.ts";

/** An annotation as the Checks API takes it: https://docs.github.com/en/rest/checks/runs#create-a-check-run */
export type Annotation = {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: "failure" | "warning";
  readonly title: string;
  readonly message: string;
};

/** How many places of one secret are annotated one by one; the next one stands for all the others, which the report's table has. */
export const perCredential = 3;
/** All annotations of a check run: ten requests, so that one large report does not use up what may be written at once. */
export const perCheckRun = 500;
// What git itself can hold in its index on common systems; a longer path could not be checked out and be looked at.
const longestPath = 4096;

/**
 * The annotations of a report, the same in the same order each time: what blocks first, and each credential's first places
 * before the further places of any. `left` is how many places have none and are counted by none, being too many.
 */
export function annotationsFor(
  blocking: readonly Credential[],
  notices: readonly Credential[],
): { readonly annotations: readonly Annotation[]; readonly left: number } {
  const all = [...blocking.map((one) => placesOf(one, "failure")), ...notices.map((one) => placesOf(one, "warning"))];
  const chosen = all.flatMap(grouped).filter(({ annotation: { path } }) => sizeOf(path) <= longestPath);
  const shown = chosen.slice(0, perCheckRun);
  const places = all.reduce((sum, group) => sum + group.length, 0);
  return {
    annotations: shown.map(({ annotation }) => annotation),
    left: places - shown.reduce((sum, { standsFor }) => sum + standsFor, 0),
  };
}

/** The first places, then one that speaks for all the others. */
function grouped(places: readonly Annotation[]): { readonly annotation: Annotation; readonly standsFor: number }[] {
  const each = places.slice(0, perCredential).map((annotation) => ({ annotation, standsFor: 1 }));
  const [next, ...others] = places.slice(perCredential);
  if (next === undefined) return each;
  if (others.length === 0) return [...each, { annotation: next, standsFor: 1 }];
  const standsFor = 1 + others.length;
  const title = `${next.title}: here and in ${plural(others.length, "more place")}`;
  return [...each, { annotation: { ...next, title: shortened(title, 255) }, standsFor }];
}

function placesOf(credential: Credential, level: Annotation["annotation_level"]): Annotation[] {
  // A message has no lines to stand on: the report names its commit.
  const inFiles = credential.spots.filter(({ path }) => !isMessagePath(path));
  return inFiles.map((spot) => {
    const { line, endLine, column, endColumn } = spot.span;
    const oneLine = line === endLine;
    return {
      path: spot.path,
      start_line: line,
      end_line: endLine,
      // Columns are allowed on a single line only. GitHub's end column is the last character's, ours is the one after it.
      ...(oneLine && { start_column: column, end_column: Math.max(column, endColumn - 1) }),
      annotation_level: level,
      title: shortened(visible(credential.finding.title), 200),
      message: messageOf(credential, spot, level),
    };
  });
}

/** Shown by GitHub as plain text: no Markdown. */
function messageOf({ finding, spots }: Credential, spot: Spot, level: Annotation["annotation_level"]): string {
  const { mask, fingerprint, severity, provider } = finding;
  const { confidence } = spot;
  const lines = [
    `${visible(mask)} (fingerprint ${shownFingerprint(fingerprint)}), severity ${severity}, confidence ${confidence.level} (${confidence.score} of 100).`,
    ...confidence.reasons.slice(0, 20).map((reason) => `- ${reasonText(reason)}`),
    ...whereabouts(spot),
    ...(spots.length > 1
      ? [`The same secret stands in ${plural(spots.length - 1, "other place")} of this change.`]
      : []),
    ...(spot.marked
      ? [
          "The mark keyward:allow on this line came with the secret. It counts on lines that the base branch has already.",
        ]
      : []),
    level === "failure"
      ? `What to do: rotate it (${visible(provider)}): make a new one, put that in a secret store, revoke this one. Removing the line or rewriting history is not enough.`
      : "What to do: look at it. If it is a credential, rotate it; this one does not block: Keyward is not sure enough, or the policy says so.",
  ];
  return shortened(lines.join("\n"), 16_000);
}

export const reasonText = ({ what, points }: Reason): string =>
  `${shortened(visible(what), 300)} (${points < 0 ? "−" : "+"}${Math.abs(points)})`;

function whereabouts({ inside, via, atHead, commit, otherCommits }: Spot): string[] {
  const sha = commit.slice(0, 7);
  return [
    ...(inside === null ? [] : [`Found inside the file, at ${shortened(visible(inside), 300)}.`]),
    ...(via.length === 0 ? [] : [`Found after decoding: ${via.map(visible).join(", then ")}.`]),
    ...(atHead
      ? []
      : [`The head no longer has it here, but commit ${sha} does, and with it every clone: it counts as leaked.`]),
    ...(otherCommits > 0 ? [`${plural(otherCommits, "further commit")} of this change held it in this file too.`] : []),
  ];
}
