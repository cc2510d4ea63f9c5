/**
 * Switches that make the local GitHub misbehave the way the real one does now and then.
 *
 * - `bad-gateway`, `timeout`, `reset`: the request is not carried out; the answer is a 502, none at all, or a closed connection.
 * - the same with `-after`: it is carried out first, so that asking again does it twice.
 * - `rate-limit`, `secondary-limit`: GitHub's two refusals, with their headers.
 * - `slow`: answered properly, but late. - `answer`: a status of your choosing.
 * - for git: `bad-gateway`, `timeout`, `reset`, `slow`, `answer`.
 * - for webhooks: `slow`, or `never-sent`, which leaves no trace, `lost`, which is recorded as a failed delivery, and `twice`.
 */
export type FaultKind =
  | "bad-gateway"
  | "bad-gateway-after"
  | "timeout"
  | "timeout-after"
  | "reset"
  | "reset-after"
  | "rate-limit"
  | "secondary-limit"
  | "slow"
  | "answer"
  | "never-sent"
  | "lost"
  | "twice";

export type Fault = {
  readonly kind: FaultKind;
  /** An operation id (`checks/create`), `git/upload-pack`, `git/receive-pack`, `webhook/<event>`, or a pattern over these. Default: all. */
  readonly operation?: string | RegExp;
  readonly method?: string;
  /** Over the path with its query. For a webhook: over `owner/name`. */
  readonly path?: RegExp;
  /** How many times it strikes. Default: until removed. */
  readonly times?: number;
  /** How many matching requests pass first. Default: 0. */
  readonly skip?: number;
  /** `slow`: how long it takes. Default: 1,000. */
  readonly delayMs?: number;
  /** `rate-limit`, `secondary-limit`: when it ends. Default: 60. */
  readonly retryAfterSeconds?: number;
  /** `answer`: the status, 500 by default. `secondary-limit`: 403 by default, or 429. */
  readonly status?: number;
};

export type FaultHandle = {
  readonly remove: () => void;
  /** How many times it struck. */
  readonly hits: () => number;
};

/** What a fault is matched against. */
export type Occasion = { readonly operation: string; readonly method?: string; readonly path?: string };

type Armed = { readonly fault: Fault; hits: number; passed: number };

export class Faults {
  readonly #armed = new Set<Armed>();

  /** Arms a fault until it has struck `times` times or is removed. */
  add(fault: Fault): FaultHandle {
    const armed: Armed = { fault, hits: 0, passed: 0 };
    this.#armed.add(armed);
    return { remove: () => this.#armed.delete(armed), hits: () => armed.hits };
  }

  clear(): void {
    this.#armed.clear();
  }

  /** The fault that strikes now, if any, and counts it. The one armed first wins. */
  strike(occasion: Occasion): Fault | null {
    for (const armed of this.#armed) {
      if (!matches(armed.fault, occasion)) continue;
      if (armed.passed < (armed.fault.skip ?? 0)) {
        armed.passed++;
        continue;
      }
      armed.hits++;
      if (armed.hits >= (armed.fault.times ?? Infinity)) this.#armed.delete(armed);
      return armed.fault;
    }
    return null;
  }
}

const webhookKinds: readonly FaultKind[] = ["never-sent", "lost", "twice", "slow"];
const gitKinds: readonly FaultKind[] = ["bad-gateway", "timeout", "reset", "answer", "slow"];
const webhookOnly: readonly FaultKind[] = ["never-sent", "lost", "twice"];

/** Whether a kind can strike there at all. */
function isPossible(kind: FaultKind, operation: string): boolean {
  if (operation.startsWith("webhook/")) return webhookKinds.includes(kind);
  return isGitService(operation) ? gitKinds.includes(kind) : !webhookOnly.includes(kind);
}

// REST has operations called `git/…` as well.
const isGitService = (operation: string): boolean => ["git/upload-pack", "git/receive-pack"].includes(operation);

function matches(fault: Fault, { operation, method = "", path = "" }: Occasion): boolean {
  if (!isPossible(fault.kind, operation)) return false;
  const wanted = fault.operation ?? /./;
  if (typeof wanted === "string" ? wanted !== operation : !wanted.test(operation)) return false;
  return (fault.method ?? method) === method && (fault.path?.test(path) ?? true);
}
