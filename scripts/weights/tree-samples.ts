import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { jobsBelow } from "../../test/bench/scan-files.ts";
import { featuresAt, openValues, type Sample } from "./sample.ts";

const largest = 5_000_000;
/** Against a labelled line. */
const treeWeight = 0.6;

/** The samples of a well-kept source tree: every one of them counts as false, so that the few credentials it has for its tests weigh as noise. */
export function treeSamples(folder: string, tree: string): readonly Sample[] {
  return jobsBelow(join(folder, tree)).flatMap(({ file, path }) => {
    if (statSync(file).size > largest) return [];
    const text = readFileSync(file, "latin1");
    if (text.slice(0, 8000).includes("\0")) return [];
    return openValues(text, path).map((seen) => ({
      group: tree,
      path,
      line: seen.line,
      endLine: seen.endLine,
      features: featuresAt(seen),
      isTrue: false,
      weight: treeWeight,
    }));
  });
}
