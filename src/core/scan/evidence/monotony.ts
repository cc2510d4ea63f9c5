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
  return isMadeOfRuns(text) || repeatsAPiece(text);
}

/** Whether half of a text lies in runs (four characters and more) of one character or, together, of those that count up or down. */
function isMadeOfRuns(text: string): boolean {
  let [same, counting] = [0, 0];
  // How long the run is that ends here, for each way.
  let [level, up, down] = [1, 1, 1];
  let last = text.charCodeAt(0);
  for (let at = 1; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : -2;
    const step = code - last;
    if (step === 0) level++;
    else {
      if (level >= shortestRun) same += level;
      level = 1;
    }
    if (step === 1) up++;
    else {
      if (up >= shortestRun) counting += up;
      up = 1;
    }
    if (step === -1) down++;
    else {
      if (down >= shortestRun) counting += down;
      down = 1;
    }
    last = code;
  }
  return Math.max(same, counting) * 2 >= text.length;
}

const shortestRun = 4;

function repeatsAPiece(text: string): boolean {
  for (let size = 1; size <= Math.min(12, text.length / 3); size++) {
    let at = size;
    while (at < text.length && text.charCodeAt(at) === text.charCodeAt(at - size)) at++;
    if (at === text.length) return true;
  }
  return false;
}
