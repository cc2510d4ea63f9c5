import type { CommitOrigins } from "../../../flows/ports/commit-origins.ts";
import type { LocalFinding, LocalResult, LocalUnread } from "../../../flows/scan-local-file.ts";
import type { Baseline } from "../../../core/config/baseline.ts";
import type { PassedOver } from "../../compose-scan-tasks.ts";
import type { Reporter, ScanCoverage } from "../formats/reporter.ts";
import type { Progress } from "./progress.ts";

/** What a scan writes to and takes account of. */
export type ScanRun = {
  readonly results: AsyncIterable<LocalResult>;
  readonly passedOver: Readonly<PassedOver>;
  readonly reporter: Reporter;
  readonly baseline: Baseline;
  readonly progress: Progress;
  readonly write: (text: string) => void;
  readonly origins: CommitOrigins;
};

export type ScanOutcome = { readonly coverage: ScanCoverage; readonly found: number; readonly known: number };

/** Takes the results as they come and reports what the baseline does not know. */
export async function runScan({
  results,
  passedOver,
  reporter,
  baseline,
  progress,
  write,
  origins,
}: ScanRun): Promise<ScanOutcome> {
  let [files, bytes, found, known] = [0, 0, 0, 0];
  const unread: LocalUnread[] = [];
  const report = (finding: LocalFinding): void => {
    if (baseline.has(finding.finding)) {
      known += 1;
      return;
    }
    found += 1;
    progress.clear();
    write(reporter.found(finding));
  };
  for await (const result of results) {
    files += result.files;
    bytes += result.bytes;
    unread.push(...result.unread);
    progress.add(result);
    for (const finding of await withOrigins(result.findings, origins)) report(finding);
  }
  progress.clear();
  const coverage: ScanCoverage = { files, bytes, unread, passedOver };
  write(reporter.ended(coverage));
  return { coverage, found, known };
}

/** What comes from commits is told with where these come from. */
async function withOrigins(findings: readonly LocalFinding[], of: CommitOrigins): Promise<readonly LocalFinding[]> {
  const commits = findings.flatMap(({ commit }) => commit ?? []);
  if (commits.length === 0) return findings;
  const origins = await of(commits);
  return findings.map((finding) => {
    const origin = finding.commit === undefined ? undefined : origins.get(finding.commit);
    return origin === undefined ? finding : { ...finding, origin };
  });
}
