import type { Incident } from "../../core/incident/incident.ts";

/** What a manager of secrets said when it was asked to rotate one. */
export type HookAnswer = {
  /** The configured name of the hook. */
  readonly hook: string;
  readonly outcome: "accepted" | "refused" | "unreachable";
  /** For people; never the secret. */
  readonly detail: string;
};

/**
 * Asks every manager that the configuration maps the incident's secret to to rotate it. Asked again for the same incident, it
 * sends the same idempotency key. No hook: no answers.
 */
export type AskRotationHooks = (incident: Incident, signal: AbortSignal) => Promise<readonly HookAnswer[]>;
