import { findParts } from "../../core/provider/find-parts.ts";
import { judgeReply } from "../../core/provider/judge-answer.ts";
import type { ProbeAnswer } from "../../flows/ports/credential-probe.ts";
import type { OutwardClient } from "../../flows/ports/outward-client.ts";
import { signAws, type AwsCredentials } from "./sign-aws.ts";
import { askEach, type AskSpecially, unknown } from "./special-probe.ts";

const keyId = String.raw`\b((?:AKIA|ASIA)[A-Z2-7]{16})\b`;
const sessionToken = String.raw`\b((?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/]{100,4000}={0,2})`;

/**
 * Asks the Security Token Service whose keys they are (`GetCallerIdentity`), which every key may ask and which costs nothing. Keys
 * are known in one partition of AWS only (its public regions, GovCloud, China): they are dead when no partition knows them.
 */
export function askAwsSts(client: OutwardClient, now: () => Date): AskSpecially {
  return async ({ secret, surroundings }, hosts, signal) => {
    const text = secret.reveal();
    const near = surroundings?.reveal() ?? null;
    const id = findParts({ id: keyId }, text, near);
    if (id.kind === "missing") return unknown("the access key ID that belongs to the secret is not found near it");
    const accessKeyId = id.parts.get("id") ?? "";
    const token = findParts({ token: sessionToken }, text, near);
    const isTemporary = accessKeyId.startsWith("ASIA");
    if (isTemporary && token.kind === "missing") {
      return unknown("the session token that belongs to the temporary key is not found near it");
    }
    const credentials = {
      accessKeyId,
      secretAccessKey: text,
      sessionToken: isTemporary && token.kind === "found" ? (token.parts.get("token") ?? null) : null,
    };
    const answer = await askEach(hosts, (host) => askHost(host, credentials, client, now(), signal));
    const isCertain = id.isCertain && (token.kind === "missing" || token.isCertain);
    if (answer.state !== "revoked" || isCertain) return answer;
    return {
      state: "unknown",
      evidence: { ...answer.evidence, reason: `${answer.evidence.reason}; but several are near` },
    };
  };
}

async function askHost(
  host: string,
  credentials: AwsCredentials,
  client: OutwardClient,
  at: Date,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const signed = await signAws(
    {
      method: "POST",
      url: `https://${host}/`,
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      body: "Action=GetCallerIdentity&Version=2011-06-15",
      region: host.split(".")[1] ?? "",
      service: "sts",
    },
    credentials,
    at,
  );
  const exchange = await client(signed, signal);
  if (exchange.kind === "none") return unknown(exchange.reason, host);
  const { state, reason } = judgeReply(
    {
      live: [{ status: 200, has: ["GetCallerIdentityResponse.GetCallerIdentityResult.Arn"] }],
      revoked: [
        // The key ID is deleted or inactive; a wrong secret would be SignatureDoesNotMatch, which proves nothing.
        { status: 403, json: { "Error.Code": "InvalidClientTokenId" } },
        { status: 403, json: { "Error.Code": ["ExpiredToken", "ExpiredTokenException"] } },
      ],
    },
    exchange.reply,
  );
  return { state, evidence: { host, status: exchange.reply.status, reason } };
}
