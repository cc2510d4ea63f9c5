import { privatePartOf } from "../candidate.ts";
import type { EvidenceSource } from "../confidence.ts";

const shortest = 8;

/** Characters that repeat or count up, as in values made up by hand. */
export const monotonyEvidence: EvidenceSource = (candidate) => {
  const text = privatePartOf(candidate);
  // Long secrets (keys in PEM) have runs by their encoding.
  if (text.length < shortest || text.length > 256) return [];
  if (isMonotonous(text)) return [{ what: "its characters repeat or count up", points: -40 }];
  return [];
};

/** Whether at least half of the text is made of runs of one character, of counting up or down, or of one short piece repeated. */
export function isMonotonous(text: string): boolean {
  if (text.length === 0) return false;
  return (
    Math.max(runLength(text, 0), runLength(text, 1) + runLength(text, -1)) * 2 >= text.length || repeatsAPiece(text)
  );
}

/** How many characters lie in runs (four and more) in which each character is `step` from the one before. */
function runLength(text: string, step: number): number {
  let inRuns = 0;
  let run = 1;
  for (let at = 1; at <= text.length; at++) {
    const follows = at < text.length && text.charCodeAt(at) === text.charCodeAt(at - 1) + step;
    if (follows) run += 1;
    else {
      inRuns += run >= 4 ? run : 0;
      run = 1;
    }
  }
  return inRuns;
}

function repeatsAPiece(text: string): boolean {
  for (let size = 1; size <= Math.min(12, text.length / 3); size++) {
    if (text.startsWith(text.slice(0, text.length - size), size)) return true;
  }
  return false;
}
