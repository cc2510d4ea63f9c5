import { describe, expect, test } from "vitest";
import { errorKind } from "../../../src/core/errors/error-kind.ts";
import { typedError } from "../../../src/adapters/github/errors.ts";

const now = Date.parse("2026-11-23T10:00:00Z");
const post = { method: "POST", url: "/repos/{owner}/{repo}/issues", installation: "7" };
const tokenRequest = { method: "POST", url: "/app/installations/{installation_id}/access_tokens", installation: "7" };

type Answer = { readonly headers?: Readonly<Record<string, string>>; readonly data?: unknown };

/** An error as octokit throws it. */
const failed = (status: number, { headers = {}, data }: Answer = {}, message = "words of GitHub"): Error =>
  Object.assign(new Error(message), {
    status,
    request: { headers: { authorization: "token abc" }, body: "the body we sent" },
    response: { status, headers, data: data ?? { message } },
  });

describe("what octokit throws becomes", () => {
  test.each([
    [
      "an hourly quota that is used up",
      failed(403, { headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 90) } }),
      { name: "GithubLimited", kind: "primary", retryAfterSeconds: 91 },
    ],
    [
      "the same as 429",
      failed(429, { headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 - 5) } }),
      { name: "GithubLimited", kind: "primary", retryAfterSeconds: 1 },
    ],
    [
      "too much at once, with a time",
      failed(403, { headers: { "retry-after": "30" } }),
      { name: "GithubLimited", kind: "secondary", retryAfterSeconds: 30 },
    ],
    [
      "too much at once, without a time",
      failed(403, {}, "You have exceeded a secondary rate limit."),
      { name: "GithubLimited", kind: "secondary", retryAfterSeconds: 60 },
    ],
    ["any other 429", failed(429), { name: "GithubLimited", kind: "secondary", retryAfterSeconds: 60 }],
    [
      "a suspended installation",
      failed(403, {}, "This installation has been suspended"),
      { name: "InstallationGone", reason: "suspended", failure: "gone" },
    ],
    [
      "a missing permission",
      failed(403, {}, "Resource not accessible by integration"),
      { name: "GithubFailed", status: 403, maybeDone: false },
    ],
    ["a refusal", failed(422), { name: "GithubFailed", status: 422, maybeDone: false }],
    ["a bad gateway", failed(502), { name: "GithubFailed", status: 502, maybeDone: true }],
  ])("%s", (_, error, expected) => {
    expect(typedError(error, post, now)).toMatchObject(expected);
  });

  test.each([
    [404, { name: "InstallationGone", reason: "deleted" }],
    [403, { name: "InstallationGone", reason: "suspended" }],
    [
      401,
      { name: "GithubFailed", message: expect.stringContaining("check the app's id, its private key and the clock") },
    ],
  ])("%d when asking for a token", (status, expected) => {
    expect(typedError(failed(status), tokenRequest, now)).toMatchObject(expected);
  });
});

test("a log says what GitHub answered, and nothing of its words", () => {
  const logged = (error: unknown): string => errorKind(typedError(error, post, now)).error;
  expect(logged(failed(401))).toBe("GithubFailed status-401");
  expect(logged(Object.assign(new Error("fetch failed"), { status: 500, request: {} }))).toBe("GithubFailed no-answer");
});

test("no answer at all says which connection problem it was, and that the request may have been carried out", () => {
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  const noAnswer = (cause: unknown) => Object.assign(new Error("x", { cause }), { status: 500, request: {} });
  expect(typedError(noAnswer(new TypeError("fetch failed", { cause: reset })), post, now)).toMatchObject({
    message: "POST /repos/{owner}/{repo}/issues: no answer from GitHub: ECONNRESET",
    status: null,
    maybeDone: true,
  });
  const late = new DOMException("late", "TimeoutError");
  expect(typedError(noAnswer(late), post, now)).toMatchObject({ message: expect.stringContaining("TimeoutError") });
});

test("GitHub's words are kept without the values it quotes from our request", () => {
  const data = {
    message: 'Invalid request.\n\nFor "title", "what we wrote" is not a string.',
    errors: [{ resource: "Issue", field: "title", code: "invalid", value: "what we wrote" }, "what we wrote"],
  };
  const error = typedError(failed(422, { data, headers: { "x-github-request-id": "AB:12" } }), post, now);
  expect(error).toMatchObject({
    message:
      "POST /repos/{owner}/{repo}/issues: GitHub answered 422: Invalid request. [Issue.title.invalid] (request AB:12)",
  });
});

test("an address that was filled in is named without host and query", () => {
  const url = "https://api.github.com/repositories/1/issues?page=2&since=x";
  expect(typedError(failed(500), { ...post, url }, now)).toMatchObject({
    message: expect.stringMatching(/^POST \/repositories\/1\/issues: /),
  });
});

test("a fault in our own code stays what it is", () => {
  const fault = new TypeError("undefined is not a function");
  expect(typedError(fault, post, now)).toBe(fault);
});
