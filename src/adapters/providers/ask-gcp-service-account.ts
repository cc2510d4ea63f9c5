import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { fillRequests } from "../../core/provider/fill-request.ts";
import { findParts } from "../../core/provider/find-parts.ts";
import { judgeReply } from "../../core/provider/judge-answer.ts";
import type { OutwardClient } from "../../flows/ports/outward-client.ts";
import { type AskSpecially, askEach, unknown } from "./special-probe.ts";

const email = String.raw`"client_email"\s{0,8}:\s{0,8}"([^"\s]{1,200}@[^"\s]{1,200}\.gserviceaccount\.com)"`;

/**
 * Asks Google's token endpoint for an access token, with a JSON Web Token that is signed with the key. A live key gives one for
 * an hour, with no more than the scope `openid`; it is dropped unread.
 */
export function askGcpServiceAccount(client: OutwardClient, now: () => Date): AskSpecially {
  return async ({ secret, surroundings }, hosts, signal) => {
    const key = keyOf(secret.reveal());
    if (key === null) return unknown("the private key cannot be read");
    const account = findParts({ email }, secret.reveal(), surroundings?.reveal() ?? null);
    if (account.kind === "missing") return unknown("the client_email that belongs to the key is not found near it");
    const answer = await askEach(hosts, async (host) => {
      const url = `https://${host}/token`;
      const filled = fillRequests(
        {
          method: "POST",
          url,
          form: { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: "{jwt}" },
        },
        new Map([["jwt", assertion(key, account.parts.get("email") ?? "", url, now())]]),
      );
      const request = filled.kind === "filled" ? filled.requests[0] : undefined;
      if (request === undefined) return unknown("the request cannot be made", host);
      const exchange = await client(request, signal);
      if (exchange.kind === "none") return unknown(exchange.reason, host);
      const { state, reason } = judgeReply({ live, revoked }, exchange.reply);
      return { state, evidence: { host, status: exchange.reply.status, reason } };
    });
    if (answer.state !== "revoked" || account.isCertain) return answer;
    return unknown(`${answer.evidence.reason}; but several accounts are near the key`, answer.evidence.host);
  };
}

const live = [{ status: 200, has: ["token_type"] }];
const revoked = [
  {
    status: 400,
    json: {
      error: "invalid_grant",
      error_description: ["Invalid JWT Signature.", "Invalid grant: account not found"],
    },
  },
];

/** The key as it stands in a JSON file (with `\n` for its line ends) or as PEM. */
function keyOf(text: string): KeyObject | null {
  try {
    return createPrivateKey(text.replaceAll(String.raw`\n`, "\n"));
  } catch {
    // Damaged, or a placeholder: nobody can sign with it.
    return null;
  }
}

function assertion(key: KeyObject, account: string, audience: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const claims = { iss: account, scope: "openid", aud: audience, iat: seconds, exp: seconds + 300 };
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}
