import type { EvidenceSource } from "../confidence.ts";
import { checksumEvidence } from "./checksum.ts";
import { formatEvidence } from "./format.ts";
import { monotonyEvidence } from "./monotony.ts";
import { partsEvidence } from "./parts.ts";
import { placeholderEvidence } from "./placeholder.ts";
import { publishedExampleEvidence } from "./published-example.ts";
import { publicByDesignEvidence } from "./public-by-design.ts";
import { randomnessEvidence } from "./randomness.ts";
import { surroundingsEvidence } from "./surroundings.ts";
import { wordsEvidence } from "./words.ts";

/** Everything that is weighed, in the order in which it is told. */
export const allEvidence: readonly EvidenceSource[] = [
  formatEvidence,
  checksumEvidence,
  publicByDesignEvidence,
  partsEvidence,
  randomnessEvidence,
  wordsEvidence,
  placeholderEvidence,
  publishedExampleEvidence,
  monotonyEvidence,
  surroundingsEvidence,
];
