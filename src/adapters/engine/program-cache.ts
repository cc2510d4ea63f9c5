import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Detector } from "../../core/scan/detector.ts";
import { compileProgram, type EngineProgram } from "../../core/scan/engine/engine-scanner.ts";
import { bytesOf, programOf } from "./program-bytes.ts";
import type { RuleSet } from "../../core/scan/rules/rule.ts";

/** What a bundle was made of; nothing where Keyward runs from its files. Whoever bundles puts it here. */
declare const KEYWARD_STATE: string | undefined;

/** What compiles programs: when it changes, what it made before is worth nothing. */
const compilers = ["engine", "re2", "generic", "provider-named", "word-model.json"].map((name) =>
  fileURLToPath(new URL(`../../core/scan/${name}`, import.meta.url)),
);

/** Programs of so many rule sets are kept. */
const mostKept = 12;

/** The program of Keyward's own rules as it was compiled when Keyward was built (`npm run build:rules`): its key, and its bytes. */
const builtFile = fileURLToPath(new URL("../../rules.bin", import.meta.url));
const keyLength = 32;

/**
 * The program of a rule set, as it was built with Keyward, if it is the one; as it was kept in the person's cache directory under a hash of the rules'
 * content; or, the first time, as it is compiled, which takes some seconds. A cache that cannot be used costs that time, nothing else.
 */
export function cachedProgram(
  ruleSet: RuleSet,
  detectors: readonly Detector[],
  environment: NodeJS.ProcessEnv,
): EngineProgram {
  const key = keyOf(ruleSet, detectors);
  const built = builtProgram(key);
  if (built !== null) return built;
  const directory = join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "keyward");
  const file = join(directory, `program-${key}.bin`);
  const kept = read(file);
  if (kept !== null) return kept;
  const made = compileProgram(ruleSet, detectors);
  keep(directory, file, made);
  return made;
}

/** Compiles a rule set into the file in which `cachedProgram` looks first. */
export function buildProgram(ruleSet: RuleSet, detectors: readonly Detector[], file: string = builtFile): void {
  const bytes = bytesOf(compileProgram(ruleSet, detectors));
  writeFileSync(file, Buffer.concat([Buffer.from(keyOf(ruleSet, detectors), "latin1"), bytes]));
}

/** The program of Keyward's own rules in the bundle that runs, which was made of both: it needs no key. */
export const bundledProgram = (): EngineProgram => programOf(readFileSync(new URL("../program.bin", import.meta.url)));

/** Writes a program for `bundledProgram`. */
export function bundleProgram(program: EngineProgram, file: string): void {
  writeFileSync(file, bytesOf(program));
}

/** The program in the file that was built, if it has this key: it is older than the rules otherwise. */
export function builtProgram(key: string, file: string = builtFile): EngineProgram | null {
  try {
    const bytes = readFileSync(file);
    return bytes.toString("latin1", 0, keyLength) === key ? programOf(bytes.subarray(keyLength)) : null;
  } catch {
    // Keyward runs from its sources.
    return null;
  }
}

/** Over everything of the rules that goes into a program, and the state of what compiles it. */
export function keyOf({ rules }: RuleSet, detectors: readonly Detector[]): string {
  const hash = createHash("sha256").update(compilerState());
  for (const { id, regex, keywords } of rules) hash.update(JSON.stringify([id, regex?.re2, keywords]));
  for (const { spotted } of detectors) hash.update(JSON.stringify(spotted?.sought ?? null));
  return hash.digest("hex").slice(0, keyLength);
}

function compilerState(): string {
  if (typeof KEYWARD_STATE !== "undefined") return KEYWARD_STATE;
  const hash = createHash("sha256");
  for (const compiler of compilers) {
    const names = statSync(compiler).isDirectory() ? readdirSync(compiler).sort() : [""];
    for (const name of names) hash.update(`${name}\n`).update(readFileSync(join(compiler, name)));
  }
  return hash.digest("hex");
}

function read(file: string): EngineProgram | null {
  try {
    return programOf(readFileSync(file));
  } catch {
    // Not there yet, or cut off: it is made again.
    return null;
  }
}

function keep(directory: string, file: string, program: EngineProgram): void {
  const draft = `${file}.${randomUUID()}`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    forgetOldest(directory);
    writeFileSync(draft, bytesOf(program), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // A home that cannot be written to: the next start takes as long as this one.
  }
}

function forgetOldest(directory: string): void {
  const programs = readdirSync(directory)
    .filter((name) => name.startsWith("program-"))
    .map((name) => ({ name, time: statSync(join(directory, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { name } of programs.slice(mostKept - 1)) rmSync(join(directory, name), { force: true });
}
