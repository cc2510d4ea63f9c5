import { createHash, createHmac } from "node:crypto";
import type { ProviderRequest } from "../../core/provider/fill-request.ts";
import type { Incident } from "../../core/incident/incident.ts";
import type { AskRotationHooks, HookAnswer } from "../../flows/ports/rotation-hook.ts";
import type { RotationHook } from "./hook-definitions.ts";
import type { OutwardClient } from "../../flows/ports/outward-client.ts";
import { signAws } from "./sign-aws.ts";

type Options = {
  /** What whoever runs the server has set up. */
  readonly hooks: readonly RotationHook[];
  /** The names of the hooks that the owner maps the incident's secret to. */
  readonly hooksFor: (incident: Incident) => Promise<readonly string[]>;
  /** Managers of secrets stand in private networks: its route leads there, too. */
  readonly client: OutwardClient;
  readonly now: () => Date;
};

/** Asks managers of secrets to rotate. They are told which secret it is, never the secret. */
export function createRotationHooks({ hooks, hooksFor, client, now }: Options): AskRotationHooks {
  return async (incident, signal) => {
    // A drill's credential is known to nobody: there is nothing to rotate.
    if (incident.drill !== null) return [];
    const answers: HookAnswer[] = [];
    for (const name of await hooksFor(incident)) {
      const hook = hooks.find((one) => one.name === name);
      const isForOwner = hook?.installations?.includes(incident.installationId) ?? true;
      answers.push(
        hook === undefined || !isForOwner
          ? { hook: name, outcome: "refused", detail: "the server has no hook of this name for this installation" }
          : await ask(hook, incident, client, now(), signal),
      );
    }
    return answers;
  };
}

async function ask(
  hook: RotationHook,
  incident: Incident,
  client: OutwardClient,
  at: Date,
  signal: AbortSignal,
): Promise<HookAnswer> {
  const exchange = await client(await requestOf(hook, incident, at), signal);
  if (exchange.kind === "none") return { hook: hook.name, outcome: "unreachable", detail: exchange.reason };
  const { status, body } = exchange.reply;
  const outcome =
    status >= 200 && status < 300 ? "accepted" : status >= 500 || status === 429 ? "unreachable" : "refused";
  return { hook: hook.name, outcome, detail: `${exchange.host} answered ${status}${shown(body)}` };
}

/** The beginning of the answer, on one line: it comes from a server of the owner that never saw the secret. */
function shown(body: string | null): string {
  const line = (body ?? "").replace(/[^\x20-\x7e]+/g, " ").trim();
  return line === "" ? "" : `: ${line.slice(0, 200)}`;
}

function requestOf(hook: RotationHook, incident: Incident, at: Date): Promise<ProviderRequest> | ProviderRequest {
  if (hook.kind === "aws-secrets-manager") return secretsManager(hook, incident, at);
  if (hook.kind === "vault") {
    return {
      method: "POST",
      url: hook.url,
      headers: {
        "x-vault-token": hook.token,
        "x-vault-request": "true",
        ...(hook.namespace === undefined ? {} : { "x-vault-namespace": hook.namespace }),
      },
      basic: null,
      body: null,
    };
  }
  return webhook(hook, incident, at);
}

/** `RotateSecret`; the token makes a second request for the same incident the same rotation. */
function secretsManager(
  { region, secretId, ...credentials }: Extract<RotationHook, { kind: "aws-secrets-manager" }>,
  incident: Incident,
  at: Date,
): Promise<ProviderRequest> {
  const { accessKeyId, secretAccessKey, sessionToken = null } = credentials;
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return signAws(
    {
      method: "POST",
      url: `https://secretsmanager.${region}.${domain}/`,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.RotateSecret" },
      body: JSON.stringify({ SecretId: secretId, ClientRequestToken: idempotencyKey(incident, secretId) }),
      region,
      service: "secretsmanager",
    },
    { accessKeyId, secretAccessKey, sessionToken },
    at,
  );
}

/** The same for the same incident and opening, however often it is asked: 32 to 64 characters, as AWS wants it. */
function idempotencyKey(incident: Incident, target: string): string {
  return createHash("sha256")
    .update(JSON.stringify([incident.id, incident.reopenings, target]))
    .digest("hex");
}

/**
 * A signed webhook: HMAC-SHA256 over the time, a point and the body, so that an old request cannot be sent again later. Whoever
 * receives it should refuse a time that is more than some minutes off, and a delivery that was seen before.
 */
function webhook(
  { name, url, secret }: Extract<RotationHook, { kind: "webhook" }>,
  incident: Incident,
  at: Date,
): ProviderRequest {
  const { id, installationId, ruleId, provider, title, severity, fingerprint, mask, home, openedAt } = incident;
  const body = JSON.stringify({
    event: "rotation.requested",
    hook: name,
    incident: { id, installationId, ruleId, provider, title, severity, fingerprint, mask, openedAt },
    repository: `${home.owner}/${home.name}`,
  });
  const timestamp = Math.floor(at.getTime() / 1000).toString();
  return {
    method: "POST",
    url,
    headers: {
      "content-type": "application/json",
      "x-keyward-delivery": idempotencyKey(incident, name),
      "x-keyward-timestamp": timestamp,
      "x-keyward-signature-256": `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`,
    },
    basic: null,
    body,
  };
}
