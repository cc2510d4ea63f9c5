import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { Baseline } from "../../../core/config/baseline.ts";
import type { ScanConfig } from "../../../core/config/scan-config.ts";
import type { ConfidenceLevel } from "../../../core/scan/finding.ts";
import { describeProblem } from "../../../core/scan/rules/rule-problem.ts";
import type { ScanSettings } from "../../scan-task.ts";

/** What the command line says. */
export type ScanFlags = {
  readonly config?: string;
  readonly rules: readonly string[];
  readonly defaultRules: boolean;
  readonly generic: boolean;
  readonly exclude: readonly string[];
  readonly respectGitignore?: true;
  readonly archives: boolean;
  readonly minConfidence?: ConfidenceLevel;
  readonly maxBytes?: number;
  readonly window?: number;
  readonly baseline?: string;
};

/** What command line and configuration say together. Paths of files are absolute. */
export type ScanOptions = {
  readonly rules: ScanSettings["rules"];
  readonly exclude: readonly string[];
  readonly respectGitignore: boolean;
  readonly archives: boolean;
  readonly minConfidence: ConfidenceLevel;
  readonly maxBytes: number;
  readonly window?: number;
  readonly baseline: Baseline;
};

/** What was asked cannot be done; `message` is for people. */
export class CannotScan extends Error {
  override readonly name = "CannotScan";
}

const defaultMaxBytes = 32 * 1024 * 1024;

/** Puts both together: the command line goes before, lists are joined. Throws `CannotScan` when a file is missing or not what it should be. */
export async function readScanOptions(flags: ScanFlags, cwd: string): Promise<ScanOptions> {
  const config = flags.config === undefined ? {} : await readConfig(flags.config, cwd);
  const beside = flags.config === undefined ? cwd : dirname(resolve(cwd, flags.config));
  const baseline = flags.baseline === undefined ? fileOf(config.baseline, beside) : resolve(cwd, flags.baseline);
  const ofConfig = (config.rules ?? []).map((path) => resolve(beside, path));
  const withDefault = flags.defaultRules && (config.defaultRules ?? true);
  return {
    rules: {
      files: [...ofConfig, ...flags.rules.map((path) => resolve(cwd, path))],
      withDefault,
      generic: flags.generic ? (config.generic ?? null) : false,
      entropy: entropyOf(config),
      disabled: config.disabledRules ?? [],
    },
    exclude: [...(config.exclude ?? []), ...flags.exclude],
    respectGitignore: flags.respectGitignore ?? config.respectGitignore ?? false,
    archives: flags.archives && (config.archives ?? true),
    minConfidence: flags.minConfidence ?? config.minConfidence ?? "medium",
    maxBytes: flags.maxBytes ?? config.maxBytes ?? defaultMaxBytes,
    ...(flags.window === undefined ? {} : { window: flags.window }),
    baseline: baseline === null ? { salt: null, has: () => false } : await readBaseline(baseline, cwd),
  };
}

/** The limits that are given; an alphabet that is not named is not looked for. */
const entropyOf = ({ entropy }: ScanConfig): ScanOptions["rules"]["entropy"] =>
  entropy === undefined ? null : { base64: entropy.base64 ?? null, hex: entropy.hex ?? null };

const fileOf = (path: string | undefined, folder: string): string | null =>
  path === undefined ? null : resolve(folder, path);

// What reads either is loaded when there is something to read.
async function readConfig(path: string, cwd: string): Promise<ScanConfig> {
  const { parseScanConfig } = await import("../../../core/config/scan-config.ts");
  const { config, problems } = parseScanConfig(textOf(resolve(cwd, path), cwd), path);
  if (config === null) throw new CannotScan(problems.map(describeProblem).join("\n"));
  return config;
}

async function readBaseline(path: string, cwd: string): Promise<Baseline> {
  const { parseBaseline } = await import("../../../core/config/baseline.ts");
  const baseline = parseBaseline(textOf(path, cwd));
  if ("problem" in baseline) throw new CannotScan(`${relative(cwd, path)}: ${baseline.problem}`);
  return baseline;
}

function textOf(path: string, cwd: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    const why = { ENOENT: "there is no such file", EISDIR: "it is a directory", EACCES: "permission denied" }[code];
    throw new CannotScan(`${relative(cwd, path)} cannot be read: ${why ?? code}`, { cause });
  }
}
