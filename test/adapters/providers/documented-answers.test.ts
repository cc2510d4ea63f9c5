import { describe, expect, it } from "vitest";
import { loadProviders } from "../../../src/adapters/files/provider-files.ts";
import { judgeReply, type ProviderReply } from "../../../src/core/provider/judge-answer.ts";
import { handlingOf } from "../../../src/core/provider/provider.ts";

const providers = loadProviders();

function judged(ruleId: string, reply: ProviderReply): string {
  const provider = providers.find(({ ruleIds }) => ruleIds.includes(ruleId));
  const probe = provider === undefined ? null : handlingOf(provider, ruleId).probe;
  if (probe === null || "special" in probe) throw new Error(`${ruleId} has no probe by HTTP`);
  return judgeReply({ live: probe.live, revoked: probe.revoked }, reply).state;
}

const reply = (status: number, body: unknown): ProviderReply => ({
  status,
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

/** What providers document (or are known) to answer. */
describe.each<readonly [string, readonly (readonly [state: string, status: number, body: unknown])[]]>([
  [
    "github-personal-access-token",
    [
      ["live", 200, { login: "octocat", id: 1, type: "User" }],
      [
        "revoked",
        401,
        { message: "Bad credentials", documentation_url: "https://docs.github.com/rest", status: "401" },
      ],
      ["unknown", 401, { message: "Requires authentication" }],
      ["unknown", 403, { message: "API rate limit exceeded for 192.0.2.1." }],
      ["unknown", 403, { message: "Resource protected by organization SAML enforcement." }],
    ],
  ],
  [
    "gitlab-personal-access-token",
    [
      ["live", 200, { id: 4, name: "x", revoked: false, scopes: ["api"], active: true }],
      [
        "live",
        403,
        { error: "insufficient_scope", error_description: "The request requires higher privileges", scope: "api" },
      ],
      [
        "revoked",
        401,
        { error: "invalid_token", error_description: "Token was revoked. You have to re-authorize from the user." },
      ],
      ["revoked", 401, { message: "401 Unauthorized" }],
      ["unknown", 403, { message: "403 Forbidden - Your account has been blocked" }],
    ],
  ],
  [
    "slack-bot-token",
    [
      ["live", 200, { ok: true, url: "https://a.slack.com/", team: "A", user: "b", team_id: "T1", user_id: "U1" }],
      ["revoked", 200, { ok: false, error: "token_revoked" }],
      ["revoked", 200, { ok: false, error: "account_inactive" }],
      ["unknown", 200, { ok: false, error: "invalid_auth" }],
      ["unknown", 200, { ok: false, error: "ratelimited" }],
    ],
  ],
  [
    "slack-webhook",
    [
      ["live", 400, "no_text"],
      ["revoked", 404, "no_service"],
      ["unknown", 403, "action_prohibited"],
    ],
  ],
  [
    "stripe-secret-key",
    [
      ["live", 200, { object: "balance", available: [] }],
      ["revoked", 401, { error: { message: "Invalid API Key provided: sk_live_****", type: "invalid_request_error" } }],
      ["revoked", 401, { error: { code: "api_key_expired", message: "Expired API Key provided: sk_live_****" } }],
      ["unknown", 401, { error: { message: "You did not provide an API key." } }],
    ],
  ],
  [
    "stripe-restricted-key",
    [["live", 403, { error: { message: "The provided key 'rk_live_****' does not have the required permissions" } }]],
  ],
  [
    "sendgrid-api-key",
    [
      ["live", 200, { scopes: ["mail.send"] }],
      ["revoked", 401, { errors: [{ field: null, message: "authorization required" }] }],
      ["unknown", 403, { errors: [{ message: "access forbidden" }] }],
    ],
  ],
  [
    "npm-access-token",
    [
      ["live", 200, { username: "somebody" }],
      ["revoked", 401, "{}"],
      ["unknown", 401, "Unauthorized"],
    ],
  ],
  [
    "pypi-api-token",
    [
      ["live", 400, { message: "…", code: "400 Invalid value for metadata_version.", title: "Bad Request" }],
      [
        "revoked",
        403,
        { message: "…", code: "403 Invalid or non-existent authentication information. See …", title: "Forbidden" },
      ],
      [
        "unknown",
        403,
        { message: "…", code: "403 Read-only mode: Uploads are temporarily disabled.", title: "Forbidden" },
      ],
    ],
  ],
  [
    "openai-api-key",
    [
      ["live", 200, { object: "list", data: [] }],
      [
        "live",
        403,
        { error: { message: "You have insufficient permissions for this operation. Missing scopes: api.model.read." } },
      ],
      ["revoked", 401, { error: { message: "Incorrect API key provided: sk-…", code: "invalid_api_key" } }],
      ["unknown", 429, { error: { code: "insufficient_quota" } }],
      ["unknown", 403, { error: { code: "unsupported_country_region_territory" } }],
    ],
  ],
  [
    "anthropic-api-key",
    [
      ["live", 200, { data: [], has_more: false }],
      ["revoked", 401, { type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } }],
      ["unknown", 403, { type: "error", error: { type: "forbidden", message: "Request not allowed" } }],
      ["unknown", 529, { type: "error", error: { type: "overloaded_error" } }],
    ],
  ],
  [
    "huggingface-access-token",
    [
      ["live", 200, { type: "user", name: "a" }],
      ["revoked", 401, { error: "Invalid credentials in Authorization header" }],
      ["unknown", 429, { error: "We had to rate limit you" }],
    ],
  ],
  [
    "digitalocean-personal-access-token",
    [
      ["live", 200, { account: { uuid: "a", status: "active" } }],
      ["live", 403, { id: "Forbidden", message: "You are not authorized to perform this operation" }],
      ["revoked", 401, { id: "Unauthorized", message: "Unable to authenticate you" }],
      ["unknown", 429, { id: "too_many_requests" }],
    ],
  ],
  [
    "cloudflare-api-token",
    [
      ["live", 200, { success: true, errors: [], result: { id: "a", status: "active" } }],
      ["revoked", 401, { success: false, errors: [{ code: 1000, message: "Invalid API Token" }], result: null }],
      ["unknown", 200, { success: true, errors: [], result: { id: "a", status: "disabled" } }],
      [
        "unknown",
        400,
        {
          success: false,
          errors: [{ code: 1001, message: "List accounts endpoint does not support account owned tokens." }],
        },
      ],
      [
        "unknown",
        403,
        { success: false, errors: [{ code: 9109, message: "Cannot use the access token from location: 192.0.2.1" }] },
      ],
    ],
  ],
  [
    "twilio-auth-token",
    [
      ["live", 200, { sid: "AC1", status: "active" }],
      ["revoked", 401, { code: 20003, message: "Authenticate", status: 401 }],
      ["unknown", 429, { code: 20429 }],
    ],
  ],
  [
    "mailgun-api-key",
    [
      ["live", 200, { items: [], total_count: 0 }],
      ["revoked", 401, "Forbidden"],
      ["unknown", 401, "Unauthorized"],
    ],
  ],
  [
    "gcp-oauth-access-token",
    [
      ["live", 200, { aud: "a", azp: "b", expires_in: "3000" }],
      ["revoked", 400, { error: "invalid_token", error_description: "Invalid Value" }],
    ],
  ],
  [
    "sentry-user-token",
    [
      ["live", 200, { version: "0", auth: { scopes: ["org:read"] }, user: null }],
      ["revoked", 401, { detail: "Invalid token" }],
      ["unknown", 200, { version: "0", auth: null, user: null }],
    ],
  ],
  [
    "linode-access-token",
    [
      ["live", 401, { errors: [{ reason: "Your OAuth token is not authorized to use this endpoint." }] }],
      ["revoked", 401, { errors: [{ reason: "Invalid Token" }] }],
    ],
  ],
  [
    "vercel-token",
    [
      ["revoked", 403, { error: { code: "forbidden", message: "Not authorized", invalidToken: true } }],
      ["unknown", 403, { error: { code: "forbidden", message: "Not authorized" } }],
    ],
  ],
  [
    "discord-webhook",
    [
      ["live", 200, { id: "1", channel_id: "2", token: "3" }],
      ["revoked", 404, { message: "Unknown Webhook", code: 10015 }],
      ["unknown", 404, { message: "404: Not Found", code: 0 }],
    ],
  ],
  [
    "dropbox-access-token",
    [
      ["live", 401, { error_summary: "missing_scope/..", error: { ".tag": "missing_scope" } }],
      ["revoked", 401, { error_summary: "expired_access_token/...", error: { ".tag": "expired_access_token" } }],
      ["unknown", 401, { error_summary: "user_suspended/.." }],
    ],
  ],
  [
    "elevenlabs-api-key",
    [
      ["live", 401, { detail: { status: "missing_permissions" } }],
      ["revoked", 401, { detail: { status: "invalid_api_key" } }],
      ["unknown", 401, { detail: { status: "detected_unusual_activity" } }],
    ],
  ],
])("what the provider of %s answers", (ruleId, answers) => {
  it.each(answers)("is %s: %i %j", (state, status, body) => {
    expect(judged(ruleId, reply(status, body))).toBe(state);
  });
});

it("says nothing of an answer that could hold the secret", () => {
  const { reason } = judgeReply({ live: [] }, reply(418, { echoed: "a secret of somebody" }));
  expect(reason).toBe("it answered 418 with JSON of 33 characters, which is not known to mean anything");
});

it("is unknown where an answer means two things", () => {
  const both = [{ status: 200, has: ["id"] }];
  expect(judgeReply({ live: both, revoked: both }, reply(200, { id: 1 })).state).toBe("unknown");
});
