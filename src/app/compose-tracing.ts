import type { JobHandlers } from "../adapters/postgres/job-definition.ts";
import { createTracing, type Tracing } from "../adapters/system/tracing.ts";
import type { DeliveryStore } from "../flows/ports/deliveries.ts";
import { packageVersion } from "./cli/package-version.ts";
import type { AnyJob } from "./worker/jobs.ts";

/** The parts of the server, each within a span where traces are wanted, and as they are otherwise. */
export type Traced = {
  readonly accept: (accept: DeliveryStore["accept"]) => DeliveryStore["accept"];
  readonly handlers: (handlers: JobHandlers<AnyJob>) => JobHandlers<AnyJob>;
  readonly close: () => Promise<void>;
};

const untraced: Traced = { accept: (accept) => accept, handlers: (handlers) => handlers, close: async () => {} };

/** Traces are wanted where the environment says where to: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export function composeTracing(environment: NodeJS.ProcessEnv): Traced {
  const isWanted =
    environment["OTEL_SDK_DISABLED"] !== "true" &&
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].some((name) => environment[name]);
  if (!isWanted) return untraced;
  const tracing = createTracing(packageVersion());
  return {
    accept: (accept) => (delivery) => {
      const { guid, event, installationId } = delivery;
      const attributes = { "keyward.event": event, "keyward.delivery": guid, ...installationOf(installationId) };
      const span = { name: `webhook ${event}`, isServer: true, traceId: traceOf(guid) };
      return tracing.within(span, attributes, () => accept(delivery));
    },
    handlers: (handlers) => tracedHandlers(handlers, tracing),
    close: tracing.close,
  };
}

type Handle = (data: Readonly<Record<string, unknown>>, run: never) => Promise<void>;

function tracedHandlers(handlers: JobHandlers<AnyJob>, tracing: Tracing): JobHandlers<AnyJob> {
  const traced = Object.entries<Handle>(handlers as unknown as Record<string, Handle>).map(([name, handle]) => [
    name,
    (data: Readonly<Record<string, unknown>>, run: never): Promise<void> => {
      const { guid, installationId } = data;
      const traceId = typeof guid === "string" ? { traceId: traceOf(guid) } : {};
      const attributes = { "keyward.job": name, ...installationOf(installationId) };
      return tracing.within({ name: `job ${name}`, ...traceId }, attributes, () => handle(data, run));
    },
  ]);
  return Object.fromEntries(traced) as JobHandlers<AnyJob>;
}

/** A delivery and what is done about it are one trace: GitHub's GUID is as long as the id of one. */
const traceOf = (guid: string): string => guid.replaceAll("-", "");

const installationOf = (id: unknown): { readonly "keyward.installation"?: number } =>
  typeof id === "number" ? { "keyward.installation": id } : {};
