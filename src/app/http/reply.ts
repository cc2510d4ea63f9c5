import type { ServerResponse } from "node:http";

/** What a request is answered with. `body` becomes JSON, or is sent as it is; it never repeats anything of the request. */
export type Reply = {
  readonly status: number;
  readonly body: Readonly<Record<string, string>> | string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A refusal with a sentence that says what is wrong. */
export const refusal = (status: number, error: string, headers: Reply["headers"] = {}): Reply => ({
  status,
  body: { error },
  headers,
});

/** Writes the whole reply; the caller ends the response. */
export function write(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.write(text);
}
