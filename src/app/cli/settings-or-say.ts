import { readFileSync } from "node:fs";
import { readSettings, type SettingProblem, type Settings } from "../settings.ts";

/** The settings of the environment; null, with the reasons on standard error and exit code 2, if they cannot be used. */
export function settingsOrSay(): Settings | null {
  const read = readSettings(process.env, readTextFile);
  if (read.kind === "settings") return read.settings;
  console.error(explainProblems(read.problems));
  process.exitCode = 2;
  return null;
}

function readTextFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function explainProblems(problems: readonly SettingProblem[]): string {
  const lines = problems.map(({ name, problem }) => `  ${name}: ${problem}`);
  return [
    "keyward cannot start: these settings are missing or not usable.",
    "",
    ...lines,
    "",
    "npm run create-app makes the GitHub App and writes these settings; README.md says how, and how to do it by hand.",
    "To see Keyward work without an account: npm run demo",
  ].join("\n");
}
