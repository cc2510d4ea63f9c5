import * as z from "zod";

/**
 * What a line of `.gitleaksignore` speaks of: a finding by its place, in a commit or, where none is named, in whatever there is. `at` is
 * the line itself; `place` null: it says nothing that can be understood.
 */
type GitleaksIgnored = {
  readonly at: number;
  readonly place: { readonly commit: string | null; readonly path: string; readonly line: number } | null;
};

/** Reads `.gitleaksignore`: `commit:file:rule:line` or `file:rule:line`, https://github.com/gitleaks/gitleaks. */
export function gitleaksIgnored(text: string): readonly GitleaksIgnored[] {
  return text.split(/\r?\n/).flatMap((raw, index): GitleaksIgnored[] => {
    const written = raw.trim();
    if (written === "" || written.startsWith("#")) return [];
    const at = index + 1;
    const found = /^(?:([0-9a-f]{7,64}):)?(.+):[^:\s]+:(\d+)$/.exec(written);
    if (!found) return [{ at, place: null }];
    return [{ at, place: { commit: found[1] ?? null, path: found[2] ?? "", line: Number(found[3]) } }];
  });
}

/** A secret that a baseline of detect-secrets knows: by the SHA-1 of its text, in a file. */
export type BaselineSecret = {
  readonly path: string;
  readonly sha1: string;
  readonly line: number | null;
  /** What a person said in an audit. */
  readonly audited: "real" | "not-real" | null;
};

const baseline = z.object({
  results: z.record(
    z.string(),
    z.array(
      z.object({
        hashed_secret: z.string(),
        line_number: z.int().optional(),
        is_secret: z.boolean().optional(),
      }),
    ),
  ),
});

/** Reads `.secrets.baseline`, https://github.com/Yelp/detect-secrets. Null: it is none. */
export function baselineSecrets(text: string): readonly BaselineSecret[] | null {
  const parsed = baseline.safeParse(jsonOf(text));
  if (!parsed.success) return null;
  return Object.entries(parsed.data.results).flatMap(([path, secrets]) =>
    secrets.map(({ hashed_secret: sha1, line_number: line = null, is_secret: real }) => ({
      path,
      sha1,
      line,
      audited: real === undefined ? null : real ? ("real" as const) : ("not-real" as const),
    })),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The inline marks of others, each with the line that it speaks of (from its own). */
const marks = [
  { mark: "gitleaks:allow", lines: 0 },
  { mark: "pragma: allowlist secret", lines: 0 },
  { mark: "pragma: whitelist secret", lines: 0 },
  { mark: "pragma: allowlist nextline secret", lines: 1 },
] as const;

/** Where a text has such marks: the lines they speak of, from 1. */
export const markedLines = (text: string): readonly { readonly mark: string; readonly line: number }[] =>
  text.split("\n").flatMap((written, index) => {
    const found = marks.find(({ mark }) => written.includes(mark));
    return found ? [{ mark: found.mark, line: index + 1 + found.lines }] : [];
  });
