/** What the local GitHub keeps a record of, for tests to look at. */
import type { JsonObject } from "./json.ts";

/** One request that was made to the local GitHub, and how it was answered. */
export type RequestRecord = {
  readonly at: string;
  readonly method: string;
  /** With the query, without the host. */
  readonly path: string;
  /** `checks/create`, `git/upload-pack`, …; null when no operation of GitHub's has this path. */
  readonly operation: string | null;
  /** `app`, `installation:123`, a user's login, or `anonymous`. */
  readonly actor: string;
  /** The status that was sent; 0 when a fault kept it from being answered. */
  readonly status: number;
  /** Without `authorization`, where a credential belongs. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body of a REST request as it was sent. Empty for git, whose bodies are packs. */
  readonly body: string;
  readonly durationMs: number;
};

export const withoutCredential = (headers: RequestRecord["headers"]): RequestRecord["headers"] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "authorization"));

/** Something that the real GitHub would not have accepted, sent or known. */
export type Violation = {
  readonly kind: "request" | "reply" | "webhook" | "unknown-operation";
  /** Operation id, webhook name, or method and path. */
  readonly subject: string;
  readonly where: string;
  readonly message: string;
};

/** One attempt to deliver a webhook. A redelivery is a new attempt with the same `guid`. */
export type Delivery = {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly redelivery: boolean;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly deliveredAt: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly payload: JsonObject;
  /** `pending` until it was answered, timed out, or failed. `OK` when answered with 2xx. */
  status: string;
  /** 0 until it was answered. */
  statusCode: number;
  durationMs: number;
  responseHeaders: Readonly<Record<string, string>>;
  responseBody: string;
};
