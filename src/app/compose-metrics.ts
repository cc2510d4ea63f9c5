import type { JobHandlers } from "../adapters/postgres/job-definition.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { readStoredFigures } from "../adapters/postgres/stored-figures.ts";
import { createMetrics, type Metrics } from "../adapters/system/metrics.ts";
import type { Urgency } from "../adapters/system/thread-pool.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import type { CheckRuns, Head } from "../flows/ports/check-runs.ts";
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

/** Heads that were begun and never concluded are forgotten beyond so many. */
const mostHeads = 10_000;

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

/** From the first look at a head in this process to its conclusion here. */
function meteredCheckRuns(checkRuns: CheckRuns, { judged }: Metrics): CheckRuns {
  const begun = new Map<string, number>();
  const keyOf = ({ repo, sha }: Head): string => `${repo.repoId}:${sha}`;
  return {
    ...checkRuns,
    begin: async (head, options) => {
      const key = keyOf(head);
      if (!begun.has(key)) begun.set(key, performance.now());
      if (begun.size > mostHeads) for (const [oldest] of [...begun].slice(0, mostHeads / 2)) begun.delete(oldest);
      return checkRuns.begin(head, options);
    },
    complete: async (head, checkRunId, report) => {
      await checkRuns.complete(head, checkRunId, report);
      const start = begun.get(keyOf(head));
      begun.delete(keyOf(head));
      if (start !== undefined) judged(seconds(start));
    },
  };
}
