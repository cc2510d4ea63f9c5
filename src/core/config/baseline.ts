import { z } from "zod";
import type { Finding } from "../scan/finding.ts";

/** Findings that are known already, from an earlier report. */
export type Baseline = {
  /** What their fingerprints are keyed with (hex); null if there are none. */
  readonly salt: string | null;
  readonly has: (finding: Pick<Finding, "fingerprint" | "path">) => boolean;
};

const salt = z.string().regex(/^[0-9a-f]{32}$/);
const finding = z.object({ path: z.string(), fingerprint: z.string() });
const line = z.object({ ...finding.shape, fingerprint_salt: salt });
const report = z.object({ fingerprint_salt: salt, findings: z.array(finding) });

/** Reads a report of `keyward scan --format json` or `jsonl`. Text that is none gives the problem, for people. */
export function parseBaseline(text: string): Baseline | { readonly problem: string } {
  const whole = report.safeParse(jsonOf(text));
  if (whole.success) return baselineOf(whole.data.findings, whole.data.fingerprint_salt);
  const lines = text.split("\n").filter((one) => one.trim() !== "");
  const parsed = lines.map((one) => line.safeParse(jsonOf(one)));
  const bad = parsed.findIndex(({ success }) => !success);
  if (bad >= 0) return { problem: `line ${bad + 1} is not of a report by keyward scan --format json or jsonl` };
  const findings = parsed.flatMap(({ data }) => data ?? []);
  const salts = new Set(findings.map(({ fingerprint_salt }) => fingerprint_salt));
  if (salts.size > 1) return { problem: "its findings are of reports whose fingerprints cannot be compared" };
  return baselineOf(findings, [...salts][0] ?? null);
}

function baselineOf(findings: readonly z.infer<typeof finding>[], salt: string | null): Baseline {
  const keyOf = ({ fingerprint, path }: z.infer<typeof finding>): string => `${fingerprint} ${path}`;
  const known = new Set(findings.map(keyOf));
  return { salt, has: (finding) => known.has(keyOf(finding)) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
