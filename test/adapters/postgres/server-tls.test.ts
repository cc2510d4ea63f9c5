import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase, type Database } from "../../../src/adapters/postgres/database.ts";
import { examineDatabase } from "../../../src/adapters/postgres/examine-database.ts";
import { serverConnection } from "../../../src/adapters/postgres/server-tls.ts";
import { noServer } from "../../support/databases.ts";
import { rememberingLog, silentLog } from "../../support/log.ts";
import { startPostgres, type PostgresProcess } from "../../support/postgres-process.ts";
import { testCertificate } from "../../support/tls-certificate.ts";

const remote = "postgres://keyward@db.example.com:5432/keyward";

describe("an address", () => {
  test.each(["", "?ssl=false", "?application_name=x"])(
    "of another machine that says nothing of TLS is refused: %s",
    (more) => {
      expect(() => serverConnection(remote + more)).toThrow(/sslmode=verify-full .* sslmode=disable/s);
    },
  );

  test.each(["allow", "prefer", "verify_full", ""])("may not leave it to whoever is in between: sslmode=%s", (mode) => {
    expect(() => serverConnection(`${remote}?sslmode=${mode}`)).toThrow(/expected one of disable, require/);
  });

  test("of this machine needs none, and sslmode=disable is taken at its word", () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]", "%2Fvar%2Frun%2Fpostgresql"])
      expect(serverConnection(`postgres://k@${host}/k`)).toMatchObject({ ssl: false, isOpen: false });
    expect(serverConnection(`${remote}?sslmode=disable`)).toEqual({
      connectionString: remote,
      ssl: false,
      isOpen: true,
    });
  });

  test.each(["require", "verify-ca", "verify-full"])(
    "with sslmode=%s has the certificate checked, by TLS 1.2 at least",
    (mode) => {
      const { ssl, connectionString } = serverConnection(`${remote}?sslmode=${mode}&application_name=x`);
      expect(connectionString).toBe(`${remote}?application_name=x`);
      expect(ssl).toMatchObject({ minVersion: "TLSv1.2", rejectUnauthorized: true });
    },
  );

  test("that names a file which cannot be read says which", () => {
    expect(() => serverConnection(`${remote}?sslmode=verify-full&sslrootcert=/nowhere`)).toThrow(/sslrootcert/);
  });
});

describe.skipIf(noServer !== null)("a PostgreSQL server with a certificate of its own", () => {
  const directory = mkdtempSync(join(tmpdir(), "keyward-tls-"));
  const authority = join(tmpdir(), `keyward-tls-${process.pid}.pem`);
  let server: PostgresProcess;
  const open: Database[] = [];

  beforeAll(async () => {
    const certificate = testCertificate(["localhost"]);
    writeFileSync(authority, certificate.cert);
    server = await startPostgres(directory, certificate);
  });
  afterAll(async () => {
    for (const database of open) await database.close();
    process.kill(server.pid, "SIGINT");
    rmSync(directory, { recursive: true, force: true });
    rmSync(authority, { force: true });
  });

  /** `host`: the certificate is for `localhost`, and not for the address. */
  const at = (host: "localhost" | "127.0.0.1", parameters: string): string =>
    `${server.url.replace("127.0.0.1", host)}?${parameters}`;

  async function connect(url: string): Promise<string> {
    const database = await openDatabase({ url, directory: "", log: silentLog });
    open.push(database);
    const { rows } = await database.pool.query<{ ssl: boolean; version: string }>(
      "select ssl, version from pg_stat_ssl where pid = pg_backend_pid()",
    );
    return rows[0]?.ssl === true ? rows[0].version : "open";
  }

  test("is spoken to by TLS, in every connection, and examined as such", async () => {
    const url = at("localhost", `sslmode=verify-full&sslrootcert=${authority}`);
    expect(await connect(url)).toMatch(/^TLSv1\.[23]$/);
    const listening = await open[0]?.listen(
      "test",
      () => {},
      () => {},
    );
    const { rows } = (await open[0]?.pool.query<{ count: number }>(
      "select count(*)::int as count from pg_stat_ssl join pg_stat_activity using (pid) where datname is not null and not ssl",
    )) ?? { rows: [] };
    expect(rows).toEqual([{ count: 0 }]);
    await listening?.close();
    const diagnoses = await examineDatabase({ url, directory: "", sealer: null });
    expect(JSON.stringify(diagnoses)).toMatch(/is encrypted \(TLSv1\.[23]\)/);
  });

  test.each(["verify-full", "require"] as const)(
    "is refused under another name than its certificate's: sslmode=%s",
    async (mode) => {
      const wrong = at("127.0.0.1", `sslmode=${mode}&sslrootcert=${authority}`);
      await expect(connect(wrong)).rejects.toThrow(/cannot be reached \(Error ERR_TLS_CERT_ALTNAME_INVALID\)/);
    },
  );

  test("may have another name where only its authority is to be checked", async () => {
    expect(await connect(at("127.0.0.1", `sslmode=verify-ca&sslrootcert=${authority}`))).toMatch(/^TLSv1/);
  });

  test.each(["verify-full", "verify-ca", "require"])(
    "is refused where nobody knows its authority: sslmode=%s",
    async (mode) => {
      await expect(connect(at("localhost", `sslmode=${mode}`))).rejects.toThrow(/DEPTH_ZERO_SELF_SIGNED_CERT/);
    },
  );
});

test("a server that speaks TLS 1.1 only, or none, is refused, whatever Node was told", async () => {
  const { key, cert } = testCertificate(["localhost"]);
  const authority = join(tmpdir(), `keyward-old-tls-${process.pid}.pem`);
  writeFileSync(authority, cert);
  const ciphers = "DEFAULT@SECLEVEL=0";
  const context = { key, cert, ciphers, minVersion: "TLSv1.1", maxVersion: "TLSv1.1" } as const;
  let answer = "S";
  // https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(answer);
      if (answer === "S") new tls.TLSSocket(socket, { isServer: true, ...context }).on("error", () => {});
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `postgres://k@localhost:${port}/k?sslmode=verify-full&sslrootcert=${authority}`;
  const usual = tls.DEFAULT_MIN_VERSION;
  tls.DEFAULT_MIN_VERSION = "TLSv1.1";
  try {
    const { log } = rememberingLog();
    const connect = () => openDatabase({ url, directory: "", log });
    await expect(connect()).rejects.toThrow(/cannot be reached \(Error (ERR_SSL|EPROTO|ECONNRESET)/);
    answer = "N";
    await expect(connect()).rejects.toThrow(/cannot be reached/);
  } finally {
    tls.DEFAULT_MIN_VERSION = usual;
    server.close();
    rmSync(authority, { force: true });
  }
});
