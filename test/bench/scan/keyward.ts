import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import type { Program } from "./measure.ts";
import { programAt } from "./others.ts";

/** The command as people start it. */
export const bin: string = fileURLToPath(new URL("../../../bin/keyward.js", import.meta.url));

const { rules } = loadDefaultRules().ruleSet;

export const ownRules = rules.length;

/** A configuration in which so many of Keyward's rules are left, evenly chosen. */
export function configWithRules(count: number): string {
  const left = new Set(Array.from({ length: count }, (_, at) => Math.floor((at * ownRules) / count)));
  const disabled = rules.filter((_, at) => !left.has(at)).map(({ id }) => id);
  return `disabledRules = ${JSON.stringify(disabled)}\n`;
}

/** How many processors a scan is given: one, and two. Without a way to say so, all there are. */
export function keywardPrograms(words: readonly string[], cwd: string): readonly (readonly [string, Program])[] {
  const keyward = [process.execPath, bin, ...words];
  if (programAt("taskset") === null) return [[`keyward, ${threads(availableParallelism())}`, { words: keyward, cwd }]];
  return [1, 2]
    .filter((count) => count <= availableParallelism())
    .map((count) => {
      const processors = Array.from({ length: count }, (_, at) => at).join(",");
      return [`keyward, ${threads(count)}`, { words: ["taskset", "-c", processors, ...keyward], cwd }];
    });
}

const threads = (count: number): string => `${count} ${count === 1 ? "thread" : "threads"}`;
