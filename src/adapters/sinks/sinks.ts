import { createHmac } from "node:crypto";
import { ecsOf } from "../../core/export/ecs.ts";
import type { ExportedEvent } from "../../core/export/exported-event.ts";
import type { Happening } from "../../core/export/happening.ts";
import { ecsOfHappening, ocsfOfHappening } from "../../core/export/happening-formats.ts";
import { ocsfOf } from "../../core/export/ocsf.ts";
import type { ProviderRequest } from "../../core/provider/fill-request.ts";
import type { OutwardClient } from "../../flows/ports/outward-client.ts";
import type { Sink, Told } from "../../flows/ports/sinks.ts";
import type { SinkDefinition } from "./sink-definitions.ts";
import { escaped, slackText } from "./slack-text.ts";

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
  "anomaly",
];

/** What is told, in every form that a sink may want. */
type Parcel = {
  readonly id: string;
  readonly at: string;
  readonly kinds: readonly string[];
  readonly installationId: number;
  readonly drill: boolean;
  readonly tag: string;
  readonly slack: () => string;
  readonly ecs: () => object;
  readonly ocsf: () => object;
};

const ofEvent = (event: ExportedEvent): Parcel => ({
  id: event.id,
  at: event.entry.at,
  kinds: [event.entry.event.kind],
  installationId: event.incident.installationId,
  drill: event.incident.drill !== null,
  tag: `incident:${event.incident.id}`,
  slack: () => slackText(event),
  ecs: () => ecsOf(event),
  ocsf: () => ocsfOf(event),
});

const ofHappening = (happening: Happening): Parcel => ({
  id: happening.id,
  at: happening.at,
  kinds: [happening.kind, `${happening.kind}-${happening.action}`],
  installationId: happening.installationId,
  drill: happening.drill,
  tag: `kind:${happening.kind}`,
  slack: () => `${escaped(happening.message)} (${happening.severity})`,
  ecs: () => ecsOfHappening(happening),
  ocsf: () => ocsfOfHappening(happening),
});

/** What is answered about a single event that a sink cannot do with; everything else is about the sink. */
const refusals: ReadonlySet<number> = new Set([400, 413, 422]);

/** The sinks that are set up. */
export function createSinks(
  definitions: readonly SinkDefinition[],
  client: OutwardClient,
  now: () => Date,
): readonly Sink[] {
  return definitions.map((definition) => {
    const tell = async (parcel: Parcel, signal: AbortSignal): Promise<Told> => {
      const exchange = await client(requestOf(definition, parcel, now()), signal);
      if (exchange.kind === "none") throw new Error(`the sink ${definition.name} was not reached: ${exchange.reason}`);
      const { status } = exchange.reply;
      if (refusals.has(status)) return "refused";
      if (status < 200 || status > 299) throw new Error(`the sink ${definition.name} answered ${status}`);
      return "taken";
    };
    return {
      name: definition.name,
      wants: (event) => wants(definition, ofEvent(event)),
      tell: (event, signal) => tell(ofEvent(event), signal),
      wantsHappening: (happening) => wants(definition, ofHappening(happening)),
      tellHappening: (happening, signal) => tell(ofHappening(happening), signal),
    };
  });
}

function wants(definition: SinkDefinition, { installationId, kinds: its, drill }: Parcel): boolean {
  const { installations, events, drills = false } = definition;
  const kinds = events ?? (definition.kind === "slack" ? forPeople : null);
  return (
    (installations?.includes(installationId) ?? true) &&
    (kinds === null || its.some((kind) => kinds.includes(kind))) &&
    (drills || !drill)
  );
}

function requestOf(definition: SinkDefinition, event: Parcel, at: Date): ProviderRequest {
  switch (definition.kind) {
    case "webhook":
      return webhook(definition, event, at);
    case "slack":
      return post(definition.url, { text: event.slack() });
    case "splunk":
      return post(
        `${definition.url.replace(/\/+$/, "")}/services/collector/event`,
        {
          time: Date.parse(event.at) / 1000,
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
        [{ ddsource: "keyward", service: "keyward", ddtags: event.tag, ...event.ecs() }],
        { "dd-api-key": definition.apiKey },
      );
  }
}

/** Signed as the webhooks of rotation hooks are: over the time, a point and the body. */
function webhook(
  { url, secret, format }: Extract<SinkDefinition, { kind: "webhook" }>,
  event: Parcel,
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

const bodyOf = (format: "ecs" | "ocsf" | undefined, event: Parcel): object =>
  format === "ocsf" ? event.ocsf() : event.ecs();

function post(url: string, body: object, headers: Readonly<Record<string, string>> = {}): ProviderRequest {
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...headers },
    basic: null,
    body: JSON.stringify(body),
  };
}
