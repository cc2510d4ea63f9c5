import { withStoredSecrets } from "../compose-secrets.ts";
import { readSettings, type SettingProblem, type Settings } from "../settings.ts";
import { readTextFile } from "./store-command.ts";

/**
 * The settings of the environment; null, with the reasons on standard error and exit code 2, if they cannot be used. `whenUnusable` may
 * see to it, and says whether it did: then they are read again.
 */
export async function settingsOrSay(
  whenUnusable: (problems: readonly SettingProblem[]) => Promise<boolean> = async () => false,
): Promise<Settings | null> {
  const { environment, problems } = await withStoredSecrets(process.env);
  const read = readSettings(environment, readTextFile);
  if (read.kind === "settings" && problems.length === 0) return read.settings;
  const known = new Set(problems.map(({ name }) => name));
  const others = read.kind === "settings" ? [] : read.problems.filter(({ name }) => !known.has(name));
  const all = [...problems, ...others];
  console.error(explainProblems(all));
  if (await whenUnusable(all)) return settingsOrSay();
  process.exitCode = 2;
  return null;
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
