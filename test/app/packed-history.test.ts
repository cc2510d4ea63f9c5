import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDefaultRules } from "../../src/adapters/files/rule-files.ts";
import { composeBench } from "../../src/app/compose-bench.ts";
import { composeScanTasks } from "../../src/app/compose-scan-tasks.ts";
import { composeTaskScanner, type TaskScanner } from "../../src/app/compose-task-scanner.ts";
import { confidenceLevels, type ConfidenceLevel } from "../../src/core/scan/finding.ts";
import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";
import { seededRandom } from "../../src/core/scan/shape/random.ts";

const examples = loadDefaultRules().ruleSet.rules.flatMap((rule) => [
  ...rule.examples.map((shape) => ({ shape, keyword: rule.keywords[0] ?? "" })),
  ...rule.nearMisses.slice(0, 1).map((shape) => ({ shape, keyword: "" })),
]);

let directory = "";
const scanners = new Map<ConfidenceLevel, TaskScanner>();
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "keyward-packed-history-"));
  for (const minConfidence of confidenceLevels) scanners.set(minConfidence, await scannerOf(minConfidence));
});
afterAll(async () => {
  for (const scanner of scanners.values()) await scanner.close();
  rmSync(directory, { recursive: true, force: true });
});

async function scannerOf(minConfidence: ConfidenceLevel, window?: number): Promise<TaskScanner> {
  const rules = { files: [], withDefault: true, generic: null, entropy: null, disabled: [] };
  const read = { archives: true, maxBytes: 1 << 20, ...(window === undefined ? {} : { window }) };
  return composeTaskScanner({ rules, minConfidence, key: new Uint8Array(16), ...read }, await composeBench(rules));
}

const git = (top: string, args: readonly string[], input = ""): string =>
  execFileSync("git", ["-C", top, ...args], {
    input,
    maxBuffer: 1 << 28,
    stdio: ["pipe", "pipe", "inherit"],
  }).toString();

type Version = readonly { readonly path: string; readonly text: string }[];

/** Versions of files, each an edit of the one before: lines added, taken away, moved; credentials and parts of them come and go anywhere. */
function makeVersions(seed: number, count: number, oneIn: number): readonly Version[] {
  const { below } = seededRandom("histories", seed);
  const pick = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  const plain = (): string =>
    `  const ${pick(["value", "result", "name", "next"])}_${below(900)} = ${pick(["call", "read"])}(${below(1e6)}); // ${"x".repeat(below(60))}`;
  const planted = (): string => {
    const { shape, keyword } = pick(examples);
    const text = fillShape(shape, below(1000));
    const kind = below(8);
    if (kind === 0) return keyword;
    if (kind === 1) return text.slice(0, below(text.length));
    if (kind === 2) return text.slice(below(text.length));
    if (kind === 3) return `data: ${Buffer.from(text).toString("base64")}`;
    if (kind === 4) return `${"y".repeat(below(3000))} ${text}`;
    return text;
  };
  const paths = ["src/app.ts", "config/settings.yml", "docs/readme.md", "test/fixtures/data.txt"];
  let files = paths.map((path) => ({ path, lines: Array.from({ length: 60 + below(200) }, plain) }));
  return Array.from({ length: count }, () => {
    files = files.map(({ path, lines }) => {
      const edited = [...lines];
      for (let edit = below(4); edit > 0; edit--) {
        const [at, length] = [below(edited.length), below(12)];
        const kind = below(4);
        if (kind === 0) edited.splice(at, length);
        else if (kind === 1) edited.splice(below(edited.length), 0, ...edited.splice(at, length));
        else edited.splice(at, 0, below(oneIn) === 0 ? planted() : plain());
      }
      return { path, lines: edited };
    });
    return files.map(({ path, lines }) => ({ path, text: `${lines.join("\n")}\n` }));
  });
}

function repositoryOf(versions: readonly Version[]): string {
  const top = mkdtempSync(join(directory, "repository-"));
  git(top, ["init", "--quiet", "--initial-branch=main"]);
  addVersions(top, versions, "refs/heads/main");
  return top;
}

function addVersions(top: string, versions: readonly Version[], branch: string): void {
  const script = versions.map(
    (files, at) =>
      `commit ${branch}\ncommitter Ada <ada@example.test> ${1e9 + at} +0000\ndata 2\n${at % 10}\n\n` +
      files.map(({ path, text }) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`).join(""),
  );
  git(top, ["-c", "fastimport.unpackLimit=1000000", "fast-import", "--quiet"], script.join(""));
}

type Seen = {
  readonly findings: readonly string[];
  readonly unread: readonly string[];
  readonly files: number;
  readonly bytes: number;
  readonly packed: number;
};

type Asked = {
  readonly environment?: NodeJS.ProcessEnv;
  readonly state?: () => string;
  /** Ends after so many parts of packs. */
  readonly parts?: number;
  readonly window?: number;
};

async function scanHistory(
  cwd: string,
  level: ConfidenceLevel,
  { environment = process.env, state, parts = Infinity, window }: Asked = {},
): Promise<Seen> {
  const scanner = window === undefined ? scanners.get(level) : await scannerOf(level, window);
  const options = {
    cwd,
    environment,
    exclude: [],
    maxBytes: 1 << 20,
    signal: AbortSignal.any([]),
    state: state === undefined ? null : () => Promise.resolve(state()),
    ...(window === undefined ? {} : { window }),
  };
  let done = 0;
  const { tasks } = composeScanTasks({ kind: "history", paths: [], dangling: false }, options);
  const seen = { findings: [] as string[], unread: [] as string[], files: 0, bytes: 0, packed: 0 };
  for await (const task of tasks) {
    if ("part" in task && ++done > parts) break;
    if ("part" in task) seen.packed += task.part.names.size;
    const result = await scanner?.run(task);
    seen.files += result?.files ?? 0;
    seen.bytes += result?.bytes ?? 0;
    seen.unread.push(...(result?.unread ?? []).map(({ path, reason, commit }) => `${path} ${reason} ${commit}`));
    for (const { finding, commit, frame } of result?.findings ?? [])
      seen.findings.push(JSON.stringify([finding, commit, frame]));
  }
  if (window !== undefined) await scanner?.close();
  return { ...seen, findings: seen.findings.sort(), unread: seen.unread.sort() };
}

describe("a history read from packs has the findings of each of its blobs by itself", () => {
  test.each([
    [1, "medium", 2, ["--depth=50"]],
    [2, "low", 5, ["--depth=4095", "--window=50"]],
    [3, "high", 10, ["--depth=1", "--window=250"]],
    [4, "medium", 15, ["--depth=250", "--window=4"]],
  ] as const)(
    "with credentials that come and go in deltas (%i, %s, %i)",
    { timeout: 120_000 },
    async (seed, level, oneIn, how) => {
      const top = repositoryOf(makeVersions(seed, 40, oneIn));
      const loose = await scanHistory(top, level);
      expect(loose).toMatchObject({ packed: 0, unread: [] });
      expect(loose.findings.length).toBeGreaterThan(0);
      git(top, ["repack", "-adfq", ...how]);
      const packed = await scanHistory(top, level);
      expect(packed.packed).toBeGreaterThan(80);
      expect({ ...packed, packed: 0 }).toEqual(loose);
    },
  );
});

test.each([1, 100, 20_000])(
  "packs read through a window of %i bytes have the same findings",
  async (window) => {
    const top = repositoryOf(makeVersions(7, 30, 5));
    git(top, ["repack", "-adfq", "--depth=50"]);
    const whole = await scanHistory(top, "medium");
    expect(whole.packed).toBeGreaterThan(80);
    expect(whole.findings.length).toBeGreaterThan(0);
    expect(await scanHistory(top, "medium", { window })).toEqual(whole);
  },
  60_000,
);

test("a scan that was ended goes on from there", { timeout: 60_000 }, async () => {
  const top = repositoryOf(makeVersions(5, 10, 10));
  git(top, ["repack", "-dq"]);
  const later = makeVersions(6, 10, 10).map((files) => files.map((file) => ({ ...file, path: `more/${file.path}` })));
  addVersions(top, later, "refs/heads/more");
  git(top, ["repack", "-dq"]);
  const environment = { ...process.env, XDG_CACHE_HOME: join(top, "cache") };
  const whole = await scanHistory(top, "low");
  const ended = await scanHistory(top, "low", { environment, state: () => "asked", parts: 1 });
  expect(ended.packed).toBeLessThan(whole.packed);
  const rest = await scanHistory(top, "low", { environment, state: () => "asked" });
  expect(rest.packed).toBeLessThan(whole.packed);
  expect({ ...rest, packed: 0 }).toEqual({ ...whole, packed: 0 });
  // Asked otherwise, it begins anew.
  expect(await scanHistory(top, "low", { environment, state: () => "asked otherwise" })).toEqual(whole);
});
