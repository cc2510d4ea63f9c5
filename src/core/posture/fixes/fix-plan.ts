import type { FixMode } from "../posture-config.ts";

/** A request to GitHub's REST API, as it would be sent. */
export type FixRequest = {
  readonly method: "POST" | "PUT" | "PATCH";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
};

/**
 * The request as it may be shown and stored: what is in a file is stood for by its size and a hash, as a file can hold anything, a
 * credential too.
 */
function shownRequest(request: FixRequest, hashOf: (text: string) => string): FixRequest {
  const content = request.body?.["content"];
  if (typeof content !== "string") return request;
  const bytes = Math.floor((content.length * 3) / 4) - (content.endsWith("==") ? 2 : content.endsWith("=") ? 1 : 0);
  const shown = `${bytes} bytes, of which the base64 has the SHA-256 ${hashOf(content)}`;
  return { ...request, body: { ...request.body, content: shown } };
}

export const shownStep = (step: FixStep, hashOf: (text: string) => string): FixStep => ({
  ...step,
  requests: step.requests.map((request) => shownRequest(request, hashOf)),
});

/** One thing that would be put right. */
export type FixStep = {
  readonly kind: "pull-request" | "ruleset" | "setting";
  /** What it is about: `gitignore`, `pins`, `ruleset`, … */
  readonly about: string;
  readonly claims: readonly string[];
  readonly mode: Exclude<FixMode, "off">;
  /** What would be different, for people. */
  readonly changes: readonly string[];
  /** What it leaves to a person, and why. */
  readonly left: readonly string[];
  /** In this order; none: there is nothing to do (any more). */
  readonly requests: readonly FixRequest[];
  /** Permissions that the app would need and does not have. */
  readonly missing: readonly string[];
};

/** Whether the requests of a step are sent without anybody asking again. A pull request is a proposal whatever the mode. */
export const isCarriedOut = ({ kind, mode, missing, requests }: FixStep): boolean =>
  requests.length > 0 &&
  missing.length === 0 &&
  (mode === "enforce" || (mode === "propose" && kind === "pull-request"));

/** What becomes of a step, in words. */
export function fateOf(step: FixStep): string {
  if (step.missing.length > 0) return `cannot fix: missing permission ${step.missing.join(", ")}`;
  if (step.requests.length === 0) return "nothing to do";
  if (step.mode === "report") return "shown only, as the configuration says “report”";
  if (step.kind === "pull-request") return "a pull request is proposed";
  return step.mode === "enforce" ? "is set, and set back when it changes" : "waits for “enforce” in the configuration";
}

/** Permissions of an installation: `contents` to `write`. */
export type Granted = Readonly<Record<string, string>>;

export const missingOf = (granted: Granted, needed: readonly string[]): readonly string[] =>
  needed.filter((name) => granted[name] !== "write").map((name) => `${name}: write`);
