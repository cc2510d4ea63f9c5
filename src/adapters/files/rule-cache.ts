import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RuleSet } from "../../core/scan/rules/rule.ts";
import type { RuleProblem } from "../../core/scan/rules/rule-problem.ts";

/** What compiles rules: when it changes, what it made before is worth nothing. */
const compilers = ["rules", "re2", "filter"].map((name) =>
  fileURLToPath(new URL(`../../core/scan/${name}`, import.meta.url)),
);

/** The rules of so many states are kept. */
const mostKept = 8;

type Compiled = { readonly ruleSet: RuleSet; readonly problems: readonly RuleProblem[] };

/**
 * The compiled rules of a folder, as they were kept in the person's cache directory (XDG Base Directory Specification) or, the
 * first time and when a file has changed, as `compile` makes them; rules with problems are not kept. Compiling some hundred rules
 * takes half a second, reading them a few milliseconds. A cache that cannot be used costs time, nothing else.
 */
export function cachedRules(folder: string, environment: NodeJS.ProcessEnv, compile: () => Compiled): Compiled {
  const directory = join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "keyward");
  const file = join(directory, `rules-${keyOf(folder)}.json`);
  const kept = read(file);
  if (kept !== null) return { ruleSet: kept, problems: [] };
  const made = compile();
  if (made.problems.length === 0) keep(directory, file, made.ruleSet);
  return made;
}

/** Over the content of the rules, and the state of what compiles them. */
function keyOf(folder: string): string {
  const hash = createHash("sha256").update(process.version);
  for (const compiler of compilers) {
    for (const name of readdirSync(compiler).sort()) {
      const { size, mtimeMs } = statSync(join(compiler, name));
      hash.update(`${name} ${size} ${mtimeMs}\n`);
    }
  }
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith(".toml")) hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
  return hash.digest("hex").slice(0, 32);
}

function read(file: string): RuleSet | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RuleSet;
  } catch {
    // Not there yet, or cut off: it is made again.
    return null;
  }
}

function keep(directory: string, file: string, rules: RuleSet): void {
  const draft = `${file}.${randomUUID()}`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    forgetOldest(directory);
    writeFileSync(draft, JSON.stringify(rules), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // A home that cannot be written to: the next start takes as long as this one. What is left of a draft goes with the next that is kept.
  }
}

/** A cache is shared by all checkouts of a person. */
function forgetOldest(directory: string): void {
  const kept = readdirSync(directory)
    .filter((name) => name.startsWith("rules-"))
    .map((name) => ({ name, time: statSync(join(directory, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { name } of kept.slice(mostKept - 1)) rmSync(join(directory, name), { force: true });
}
