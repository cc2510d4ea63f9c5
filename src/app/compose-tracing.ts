import type { JobHandlers, JobRun } from "../adapters/postgres/job-definition.ts";
import { createTracing, type Tracing } from "../adapters/system/tracing.ts";
import type { Urgency } from "../adapters/system/thread-pool.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import type { DeliveryStore } from "../flows/ports/deliveries.ts";
import { untraced, type JobTrace, type Trace } from "../flows/ports/tracing.ts";
import { packageVersion } from "./cli/package-version.ts";
import type { ScannerFor, Scanners } from "./compose-scanners.ts";
import type { AnyJob } from "./worker/jobs.ts";

/** The parts of the server, each within a span where traces are wanted, and as they are otherwise. */
export type Traced = {
  readonly accept: (accept: DeliveryStore["accept"]) => DeliveryStore["accept"];
  readonly handlers: (handlers: JobHandlers<AnyJob>) => JobHandlers<AnyJob>;
  readonly scanners: (scanners: Pick<Scanners, Urgency>) => Pick<Scanners, Urgency>;
  /** For requests to GitHub, and git. */
  readonly trace: Trace;
  /** What a job that is queued now follows from. */
  readonly jobTrace: (job: string) => JobTrace | null;
  readonly close: () => Promise<void>;
};

const untracedParts: Traced = {
  accept: (accept) => accept,
  handlers: (handlers) => handlers,
  scanners: (scanners) => scanners,
  trace: untraced,
  jobTrace: () => null,
  close: async () => {},
};

/** Traces are wanted where the environment says where to: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export function composeTracing(environment: NodeJS.ProcessEnv): Traced {
  const isWanted =
    environment["OTEL_SDK_DISABLED"] !== "true" &&
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].some((name) => environment[name]);
  if (!isWanted) return untracedParts;
  const tracing = createTracing(packageVersion());
  return {
    accept: (accept) => (delivery) => {
      const { guid, event, installationId } = delivery;
      const attributes = { "keyward.event": event, "keyward.delivery": guid, ...installationOf(installationId) };
      const span = { name: `webhook ${event}`, kind: "server", traceId: traceOf(guid) } as const;
      return tracing.within(span, attributes, () => accept(delivery));
    },
    handlers: (handlers) => tracedHandlers(handlers, tracing),
    scanners: ({ interactive, background }) => {
      const traced =
        (scannerFor: ScannerFor): ScannerFor =>
        (installationId, rules) =>
          tracedScanner(scannerFor(installationId, rules), tracing);
      return { interactive: traced(interactive), background: traced(background) };
    },
    trace: tracing.trace,
    jobTrace: tracing.jobTrace,
    close: tracing.close,
  };
}

type Handle = (data: Readonly<Record<string, unknown>>, run: JobRun) => Promise<void>;

function tracedHandlers(handlers: JobHandlers<AnyJob>, tracing: Tracing): JobHandlers<AnyJob> {
  const traced = Object.entries<Handle>(handlers as unknown as Record<string, Handle>).map(([name, handle]) => [
    name,
    (data: Readonly<Record<string, unknown>>, run: JobRun): Promise<void> => {
      const { guid, installationId } = data;
      const traceId = typeof guid === "string" ? { traceId: traceOf(guid) } : {};
      const from = run.trace ? { from: run.trace } : {};
      const attributes = { "keyward.job": name, "keyward.attempt": run.attempt, ...installationOf(installationId) };
      return tracing.within({ name: `job ${name}`, job: name, ...traceId, ...from }, attributes, () =>
        handle(data, run),
      );
    },
  ]);
  return Object.fromEntries(traced) as JobHandlers<AnyJob>;
}

function tracedScanner(scanner: KeepableScanner, { scanned }: Tracing): KeepableScanner {
  return {
    ...scanner,
    scan: async (content) => {
      const from = Date.now();
      try {
        return await scanner.scan(content);
      } finally {
        scanned(content.bytes.length, from);
      }
    },
  };
}

/** A delivery and what is done about it are one trace: GitHub's GUID is as long as the id of one. */
const traceOf = (guid: string): string => guid.replaceAll("-", "");

const installationOf = (id: unknown): { readonly "keyward.installation"?: number } =>
  typeof id === "number" ? { "keyward.installation": id } : {};
