import type { JobHandlers } from "../adapters/postgres/job-definition.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { readStoredFigures } from "../adapters/postgres/stored-figures.ts";
import { createMetrics, type Metrics } from "../adapters/system/metrics.ts";
import type { Urgency } from "../adapters/system/thread-pool.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import type { CheckRuns } from "../flows/ports/check-runs.ts";
import type { DeliveryStore } from "../flows/ports/deliveries.ts";
import type { Logger } from "../flows/ports/system.ts";
import type { ScannerFor, Scanners } from "./compose-scanners.ts";
import { createHttpServer } from "./http/server.ts";
import type { AnyJob } from "./worker/jobs.ts";

/** What is measured, and the parts of the server that were put behind a gauge. */
export type Metering = {
  readonly metrics: Metrics;
  readonly accept: (accept: DeliveryStore["accept"]) => DeliveryStore["accept"];
  readonly handlers: (handlers: JobHandlers<AnyJob>) => JobHandlers<AnyJob>;
  readonly scanners: (scanners: Scanners) => Pick<Scanners, Urgency>;
  readonly checkRuns: (checkRuns: CheckRuns) => CheckRuns;
  /** Serves `/metrics`, on a port of its own so that it is not reached from where webhooks come. Gives what stops it. */
  readonly serve: (host: string, port: number, log: Logger) => Promise<() => Promise<void>>;
};

const seconds = (since: number): number => (performance.now() - since) / 1000;

export function composeMetrics(database: Database): Metering {
  const metrics = createMetrics(() => readStoredFigures(database));
  return {
    metrics,
    accept: (accept) => async (delivery) => {
      try {
        const outcome = await accept(delivery);
        metrics.delivered(outcome);
        return outcome;
      } catch (error) {
        metrics.delivered("failed");
        throw error;
      }
    },
    handlers: (handlers) => meteredHandlers(handlers, metrics),
    scanners: ({ interactive, background }) => {
      const metered =
        (scannerFor: ScannerFor): ScannerFor =>
        (installationId, rules) =>
          meteredScanner(scannerFor(installationId, rules), metrics);
      return { interactive: metered(interactive), background: metered(background) };
    },
    checkRuns: (checkRuns) => meteredCheckRuns(checkRuns, metrics),
    serve: async (host, port, log) => {
      const { text, contentType } = metrics;
      const GET = async () => ({ status: 200, body: await text(), headers: { "content-type": contentType } });
      const server = createHttpServer([{ paths: ["/metrics"], methods: { GET } }], log);
      const listening = await server.listen({ host, port });
      log.info("metrics are served", { host, port: listening.port });
      return () => server.close(1000);
    },
  };
}

function meteredHandlers(handlers: JobHandlers<AnyJob>, { worked }: Metrics): JobHandlers<AnyJob> {
  type Handle = (data: never, run: never) => Promise<void>;
  const metered = Object.entries<Handle>(handlers).map(([name, handle]) => [
    name,
    async (data: never, run: never): Promise<void> => {
      const start = performance.now();
      try {
        await handle(data, run);
        worked(name, "done", seconds(start));
      } catch (error) {
        worked(name, "failed", seconds(start));
        throw error;
      }
    },
  ]);
  return Object.fromEntries(metered) as JobHandlers<AnyJob>;
}

function meteredScanner(scanner: KeepableScanner, { scanned }: Metrics): KeepableScanner {
  return {
    ...scanner,
    scan: async (content) => {
      const start = performance.now();
      try {
        return await scanner.scan(content);
      } finally {
        scanned(content.bytes.length, seconds(start));
      }
    },
  };
}

/** From the first look at a head to its conclusion, whichever workers had a part in it. */
function meteredCheckRuns(checkRuns: CheckRuns, { judged }: Metrics): CheckRuns {
  return {
    ...checkRuns,
    complete: async (head, checkRunId, report) => {
      const concluded = await checkRuns.complete(head, checkRunId, report);
      if (concluded.since !== null) judged(Math.max(0, (Date.now() - Date.parse(concluded.since)) / 1000));
      return concluded;
    },
  };
}
