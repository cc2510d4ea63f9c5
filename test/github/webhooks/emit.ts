import { randomUUID } from "node:crypto";
import type { JsonObject } from "../json.ts";
import { checkWebhook } from "../openapi/contract.ts";
import { nodeId, organizationShape, userShape } from "../shapes/accounts.ts";
import { repositoryShape } from "../shapes/repositories.ts";
import type { Account, Installation, Repository } from "../state.ts";
import { fullName, installationOf, type World } from "../world.ts";
import { deliver, type Outgoing } from "./deliver.ts";

export type WebhookEvent = {
  readonly event: string;
  readonly action?: string;
  readonly sender: Account;
  /** The event's own fields. They win over the common ones. */
  readonly fields: JsonObject;
};

/** Events that every app gets, subscribed or not. */
const unasked = ["installation", "installation_repositories", "ping"];
const maxPayloadBytes = 25 * 1024 * 1024;

/** Sends the app an event about a repository, if the app is installed there and subscribed. Does not wait for the delivery. */
export function emit(world: World, repository: Repository, event: WebhookEvent): void {
  const installation = installationOf(world, repository);
  if (installation === undefined || installation.suspendedAt !== null) return;
  const { owner } = repository;
  const common = {
    repository: repositoryShape(world, repository),
    ...(owner.type === "Organization" ? { organization: organizationShape(world, owner) } : {}),
    installation: { id: installation.id, node_id: nodeId("MDIz", installation.id) },
  };
  send(world, installation, repository, { ...event, fields: { ...common, ...event.fields } });
}

/** Sends the app an event about its installation, or about the app itself. */
export const emitToApp = (world: World, installation: Installation | null, event: WebhookEvent): void =>
  send(world, installation, null, event);

function send(
  world: World,
  installation: Installation | null,
  repository: Repository | null,
  hook: WebhookEvent,
): void {
  const { event, action = null, sender, fields } = hook;
  if (world.hookUrl === null || !(unasked.includes(event) || world.app.events.includes(event))) return;
  const payload = { ...(action === null ? {} : { action }), ...fields, sender: userShape(world, sender) };
  const subject = action === null ? event : `${event}.${action}`;
  for (const { where, message } of checkWebhook(event, action, payload))
    world.violations.push({ kind: "webhook", subject, where, message });
  // GitHub drops such an event without a trace.
  if (Buffer.byteLength(JSON.stringify(payload)) > maxPayloadBytes) return;
  const path = repository === null ? "" : fullName(repository);
  const fault = world.faults.strike({ operation: `webhook/${event}`, path });
  if (fault?.kind === "never-sent") return;
  const outgoing: Outgoing = {
    guid: randomUUID(),
    event,
    action,
    payload,
    installationId: installation?.id ?? null,
    repositoryId: repository?.id ?? null,
    redelivery: false,
  };
  const delayMs = fault?.kind === "slow" ? (fault.delayMs ?? 1000) : 0;
  void deliver(world, outgoing, { lost: fault?.kind === "lost", delayMs });
  if (fault?.kind === "twice") void deliver(world, outgoing, { lost: false, delayMs: 0 });
}
