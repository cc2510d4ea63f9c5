import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../../flows/ports/system.ts";
import { columnTypes } from "./column-types.ts";
import type { Listen } from "./listen.ts";

type ServerOptions = { readonly url: string; readonly connections?: number | undefined; readonly log: Logger };

/** Opens a pool on a PostgreSQL server; the first query connects. */
export function openServer(options: ServerOptions): {
  readonly kind: "server";
  readonly pool: pg.Pool;
  readonly listen: Listen;
  readonly close: (pool: pg.Pool) => Promise<void>;
} {
  if (!isEncrypted(options.url)) {
    const what = "the connection to PostgreSQL is not encrypted; add ?sslmode=verify-full to DATABASE_URL";
    options.log.warn(what);
  }
  const config: pg.ClientConfig = {
    connectionString: options.url,
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

/** Within this machine nothing goes over a wire. */
function isEncrypted(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  const isHere = ["", "localhost", "127.0.0.1", "[::1]"].includes(hostname) || hostname.startsWith("%2F");
  const mode = searchParams.get("sslmode") ?? "disable";
  return isHere || searchParams.get("ssl") === "true" || !["disable", "allow", "prefer"].includes(mode);
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
