import { privatePartOf } from "../candidate.ts";
import type { EvidenceSource } from "../confidence.ts";
import type { FormatStrength } from "../rules/rule.ts";

const shortest = 8;
/** So many different characters, and no more, are no value. */
const fewest = 3;
/** What counting up costs: never so much that a format that is enough by itself is not. */
const countingUp: Readonly<Record<FormatStrength, number>> = { strong: -25, medium: -10, weak: -20 };

/**
 * Characters that repeat or count up, as in values made up by hand. A few characters over and over are no credential, whatever the format.
 * `abcdef1234567890` in a provider's exact format is likely a sample, but people also paste over a part of a real key: it stays worth a look.
 */
export const monotonyEvidence: EvidenceSource = (candidate) => {
  const text = privatePartOf(candidate);
  // Long secrets (keys in PEM) have runs by their encoding.
  if (text.length < shortest || text.length > 256) return [];
  if (new Set(text).size <= fewest) return [{ what: "is a few characters over and over", points: -45 }];
  if (!isMonotonous(text)) return [];
  return [{ what: "its characters repeat or count up", points: countingUp[candidate.rule.confidence] }];
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
