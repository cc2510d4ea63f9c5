import { createHmac } from "node:crypto";
import { ecsOf } from "../../core/export/ecs.ts";
import type { ExportedEvent } from "../../core/export/exported-event.ts";
import { ocsfOf } from "../../core/export/ocsf.ts";
import type { ProviderRequest } from "../../core/provider/fill-request.ts";
import type { OutwardClient } from "../../flows/ports/outward-client.ts";
import type { Sink } from "../../flows/ports/sinks.ts";
import type { SinkDefinition } from "./sink-definitions.ts";
import { slackText } from "./slack-text.ts";

/** What matters to people who have other things to do. */
const forPeople: readonly string[] = [
  "opened",
  "reopened",
  "escalated",
  "dismissalAsked",
  "dismissed",
  "attested",
  "probed",
  "revocationAnswered",
];

/** The sinks that are set up. */
export function createSinks(
  definitions: readonly SinkDefinition[],
  client: OutwardClient,
  now: () => Date,
): readonly Sink[] {
  return definitions.map((definition) => ({
    name: definition.name,
    wants: (event) => wants(definition, event),
    tell: async (event, signal) => {
      const exchange = await client(requestOf(definition, event, now()), signal);
      if (exchange.kind === "none") throw new Error(`the sink ${definition.name} was not reached: ${exchange.reason}`);
      const { status } = exchange.reply;
      if (status < 200 || status > 299) throw new Error(`the sink ${definition.name} answered ${status}`);
    },
  }));
}

function wants(definition: SinkDefinition, { incident, entry }: ExportedEvent): boolean {
  const { installations, events, drills = false } = definition;
  const kinds = events ?? (definition.kind === "slack" ? forPeople : null);
  return (
    (installations?.includes(incident.installationId) ?? true) &&
    (kinds?.includes(entry.event.kind) ?? true) &&
    (drills || incident.drill === null)
  );
}

function requestOf(definition: SinkDefinition, event: ExportedEvent, at: Date): ProviderRequest {
  switch (definition.kind) {
    case "webhook":
      return webhook(definition, event, at);
    case "slack":
      return post(definition.url, { text: slackText(event) });
    case "splunk":
      return post(
        `${definition.url.replace(/\/+$/, "")}/services/collector/event`,
        {
          time: Date.parse(event.entry.at) / 1000,
          source: "keyward",
          sourcetype: `keyward:${definition.format ?? "ecs"}`,
          ...(definition.index === undefined ? {} : { index: definition.index }),
          event: bodyOf(definition.format, event),
        },
        { authorization: `Splunk ${definition.token}` },
      );
    case "datadog":
      return post(
        `https://http-intake.logs.${definition.site}/api/v2/logs`,
        [{ ddsource: "keyward", service: "keyward", ddtags: `incident:${event.incident.id}`, ...ecsOf(event) }],
        { "dd-api-key": definition.apiKey },
      );
  }
}

/** Signed as the webhooks of rotation hooks are: over the time, a point and the body. */
function webhook(
  { url, secret, format }: Extract<SinkDefinition, { kind: "webhook" }>,
  event: ExportedEvent,
  at: Date,
): ProviderRequest {
  const request = post(url, bodyOf(format, event));
  const timestamp = Math.floor(at.getTime() / 1000).toString();
  const signature = createHmac("sha256", secret).update(`${timestamp}.${request.body}`).digest("hex");
  return {
    ...request,
    headers: {
      ...request.headers,
      "x-keyward-delivery": event.id,
      "x-keyward-timestamp": timestamp,
      "x-keyward-signature-256": `sha256=${signature}`,
    },
  };
}

const bodyOf = (format: "ecs" | "ocsf" | undefined, event: ExportedEvent): object =>
  format === "ocsf" ? ocsfOf(event) : ecsOf(event);

function post(url: string, body: object, headers: Readonly<Record<string, string>> = {}): ProviderRequest {
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...headers },
    basic: null,
    body: JSON.stringify(body),
  };
}
