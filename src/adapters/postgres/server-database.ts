import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../../flows/ports/system.ts";
import { columnTypes } from "./column-types.ts";
import type { Listen } from "./listen.ts";
import { serverConnection } from "./server-tls.ts";

type ServerOptions = { readonly url: string; readonly connections?: number | undefined; readonly log: Logger };

/** Opens a pool on a PostgreSQL server; the first query connects. Throws as `serverConnection`. */
export function openServer(options: ServerOptions): {
  readonly kind: "server";
  readonly pool: pg.Pool;
  readonly listen: Listen;
  readonly close: (pool: pg.Pool) => Promise<void>;
} {
  const { isOpen, ...connection } = serverConnection(options.url);
  if (isOpen) options.log.warn("the connection to PostgreSQL is not encrypted, as sslmode=disable asks for");
  const config: pg.ClientConfig = {
    ...connection,
    application_name: "keyward",
    types: columnTypes,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  };
  return {
    kind: "server",
    pool: new pg.Pool({ ...config, max: options.connections ?? 10 }),
    listen: listenBy(config, options.log),
    close: (pool) => pool.end(),
  };
}

/** Listens on a connection of its own, which it opens again when it breaks, until closed. */
function listenBy(config: pg.ClientConfig, log: Logger): Listen {
  return async (channel, onNotification, onConnected) => {
    const closing = new AbortController();
    let client = await connect();

    async function connect(): Promise<pg.Client> {
      const fresh = new pg.Client(config);
      fresh.on("error", (error) => log.warn("the connection that waits for jobs was lost", { error: error.name }));
      fresh.on("notification", ({ payload }) => onNotification(payload ?? ""));
      try {
        await fresh.connect();
        await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      } catch (cause) {
        await fresh.end().catch(() => undefined);
        throw cause;
      }
      fresh.once("end", () => void reconnect());
      onConnected();
      return fresh;
    }

    async function reconnect(): Promise<void> {
      for (let delayMs = 500; !closing.signal.aborted; delayMs = Math.min(2 * delayMs, 30_000)) {
        try {
          await wait(delayMs, undefined, { signal: closing.signal });
          client = await connect();
          // Closed while it was being opened.
          if (closing.signal.aborted) await client.end();
          return;
        } catch (error) {
          if (closing.signal.aborted) return;
          log.warn("the connection that waits for jobs cannot be opened; they are found by polling meanwhile", {
            error: error instanceof Error ? error.name : "unknown",
          });
        }
      }
    }

    return {
      close: async () => {
        closing.abort();
        await client.end();
      },
    };
  };
}
