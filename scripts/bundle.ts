/**
 * `npm run build:scan`: makes one program of `keyward scan`, with Keyward's own rules compiled and its code compiled by V8 (docs/adr/0060-startup.md).
 * `bin/keyward.js` starts it as long as it is made of what stands here. `npm ci` makes it too; without the development dependencies nothing is made.
 * `npm run build:scan -- FOLDER` makes it elsewhere.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { InputOptions, Plugin, rolldown as Rolldown } from "rolldown";
import { stateOf } from "../bin/bundle-state.js";
import { bundleProgram, cachedProgram } from "../src/adapters/engine/program-cache.ts";
import { bundleRules } from "../src/adapters/files/bundled-rules.ts";
import { packageVersion } from "../src/app/cli/package-version.ts";
import { loadDefaultRules } from "../src/adapters/files/rule-files.ts";
import { chooseDetectors } from "../src/core/scan/generic/choose-detectors.ts";

const top = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");
const usual = join(top, "dist/bundle");
const folder = resolve(process.argv[2] ?? usual);

/** The program, and the threads that it starts. */
const entries = {
  scan: "src/app/cli/scan-alone.ts",
  "scan-worker": "src/app/scan-worker.ts",
  "unpack-worker": "src/adapters/archives/unpack-worker.ts",
};

type Bundler = typeof Rolldown;

/** What modules say of where other files are, said from where the bundle stands. What lies in `src` is not there any more. */
const places: Plugin = {
  name: "places",
  transform: (code, id) =>
    code.replaceAll(/new URL\("(\.[^"]+)", import\.meta\.url\)/g, (whole, path: string) => {
      const target = resolve(dirname(id), path);
      if (!id.startsWith(join(top, "src")) || target.startsWith(join(top, "src"))) return whole;
      const fromHere = relative(join(folder, "cli"), target).replaceAll(sep, "/");
      return `new URL(${JSON.stringify(path.endsWith("/") ? `${fromHere}/` : fromHere)}, import.meta.url)`;
    }),
};

const bundler = await import("rolldown").then(
  ({ rolldown }) => rolldown,
  () => null,
);
if (bundler !== null) await makeBundle(bundler);

async function makeBundle(rolldown: Bundler): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  try {
    const modules = await modulesOf(rolldown);
    // First the state, then what is made: who changes a file meanwhile has a bundle that is not used.
    const state = stateOf(top, modules);
    await bundle(rolldown, state, draft);
    const { ruleSet } = loadDefaultRules();
    const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
    bundleRules(ruleSet, join(draft, "rules.bin"));
    bundleProgram(cachedProgram(ruleSet, detectors, process.env), join(draft, "program.bin"));
    writeFileSync(join(draft, "inputs.json"), JSON.stringify({ state, modules }));
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  if (folder === usual) warmUp();
}

/** The files of ours that a bundle is made of. */
async function modulesOf(rolldown: Bundler): Promise<readonly string[]> {
  const ids: string[] = [];
  const all: Plugin = {
    name: "modules",
    buildEnd() {
      ids.push(...this.getModuleIds());
    },
  };
  const made = await rolldown({ ...input({ KEYWARD_STATE: '""', KEYWARD_VERSION: '""' }), plugins: [all] });
  await made.generate({ format: "esm" });
  await made.close();
  const own = ids.map((id) => relative(top, id)).filter((path) => path.startsWith(`src${sep}`));
  return [...new Set(own)].map((path) => path.replaceAll(sep, "/")).sort();
}

async function bundle(rolldown: Bundler, state: string, draft: string): Promise<void> {
  for (const [name, path] of Object.entries(entries)) {
    const made = await rolldown({
      ...input({ KEYWARD_STATE: JSON.stringify(state), KEYWARD_VERSION: JSON.stringify(packageVersion()) }),
      input: { [name]: join(top, path) },
      plugins: [places],
    });
    // One file each: what may be loaded later lies in it too, and is only run then.
    await made.write({ dir: join(draft, "cli"), format: "esm", codeSplitting: false, minify: true });
    await made.close();
  }
}

function input(define: Record<string, string>): InputOptions {
  return {
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(top, path)])),
    cwd: top,
    platform: "node",
    transform: { define },
  };
}

/** Starts it on some files, as a hook does, so that V8 keeps what it compiled. */
function warmUp(): void {
  const directory = mkdtempSync(join(tmpdir(), "keyward-bundle-"));
  try {
    const sources = join(top, "src/core/scan");
    const names = readdirSync(sources).filter((name) => name.endsWith(".ts"));
    for (const name of names.slice(0, 10)) copyFileSync(join(sources, name), join(directory, name));
    // Whatever a hook was told is about another repository.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
    const run = (program: string, words: readonly string[]): unknown =>
      execFileSync(program, words, { cwd: directory, env, stdio: ["ignore", "ignore", "inherit"] });
    run("git", ["init", "--quiet"]);
    run("git", ["add", "."]);
    run(process.execPath, [join(top, "bin/keyward.js"), "scan", "--staged", "--quiet"]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
