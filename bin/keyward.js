#!/usr/bin/env node
// Starts Keyward on the Node 24 that `npm ci` installed beside it, whatever `node` the person's shell has.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { constants } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isFresh } from "./bundle-state.js";

const at = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const bundled = at(process.platform === "win32" ? "../node_modules/.bin/node.cmd" : "../node_modules/.bin/node");

// npm runs scripts from the package's folder; INIT_CWD is where the person stands.
const cwd = process.env.npm_lifecycle_event === "keyward" ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();

const isNew = Number(process.versions.node.split(".")[0]) >= 24;

if (!isNew && !existsSync(bundled)) {
  const missing = "and the one that comes with Keyward is not installed";
  fail(`Keyward needs Node 24; this is ${process.version}, ${missing}. Run npm ci, without --omit=optional.`);
} else if (isNew) {
  // In this process: a hook waits for the start of every other one.
  const isQuick = process.argv[2] === "scan" && isFresh(at("../dist/bundle"), at(".."));
  // The cache is for all of what follows. The bundle has its own, which is made with it.
  module.enableCompileCache?.(isQuick ? at("../dist/bundle/v8") : undefined);
  if (cwd !== process.cwd()) process.chdir(cwd);
  await import(pathToFileURL(isQuick ? at("../dist/bundle/cli/scan.js") : programFile()).href);
} else {
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit", cwd });
  child.on("error", ({ message }) => fail(`The Node that comes with Keyward cannot be started: ${message}`));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}

/** Nothing was done, which is no finding: exit code 2. */
function fail(message) {
  process.stderr.write(`keyward: ${message}\n`);
  process.exit(2);
}

function programFile() {
  return existsSync(at("../src/app/cli/main.ts")) ? at("../src/app/cli/main.ts") : at("../dist/app/cli/main.js");
}
