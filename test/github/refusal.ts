import type { Json, JsonObject } from "./json.ts";

/** A reply to a REST request. Without a body for 204, 202 and the like. */
export type Reply = {
  readonly status: number;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Thrown by a route to answer with one of GitHub's errors instead. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly JsonObject[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    errors: readonly JsonObject[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  /** The error as GitHub writes it. */
  toReply(): Reply {
    const body = {
      message: this.message,
      documentation_url: "https://docs.github.com/rest",
      status: String(this.status),
    };
    return {
      status: this.status,
      body: this.errors.length === 0 ? body : { ...body, errors: this.errors },
      headers: this.headers,
    };
  }
}

export const notFound = (): Refusal => new Refusal(404, "Not Found");

/** 422 about one field. `code`: `missing_field`, `invalid`, `already_exists`, `custom`, as GitHub names them. */
export const invalid = (resource: string, field: string, code: string, message: string): Refusal =>
  new Refusal(422, "Validation Failed", [{ resource, field, code, message }]);
