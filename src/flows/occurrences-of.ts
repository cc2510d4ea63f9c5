import { commitMessagePath, tagMessagePath, type ChangeSource, type Place } from "../core/change/change.ts";
import type { Occurrence, TextPlace } from "../core/incident/occurrence.ts";
import type { ChangeFinding } from "../core/verdict/verdict.ts";

/** The places of a finding. `source`: what was asked about when it was found; null: the whole history. */
export function occurrencesOf(
  { finding, blob, places }: ChangeFinding,
  repoId: number,
  source: ChangeSource | null,
  seenAt: string,
): Occurrence[] {
  const { line } = finding.span;
  return places.map((at) => {
    const place = messageAt(at, source);
    if (place) return { kind: "text", repoId, place, line, seenAt };
    return { kind: "code", repoId, commit: at.commit, blob, path: at.path, line, seenAt };
  });
}

function messageAt({ path, commit }: Place, source: ChangeSource | null): TextPlace | null {
  if (path === commitMessagePath) return { surface: "commit-message", commit };
  if (path !== tagMessagePath) return null;
  const tag = source?.kind === "push" ? source.ref.replace(/^refs\/tags\//, "") : commit;
  return { surface: "tag-message", tag, object: commit };
}
