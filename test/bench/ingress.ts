/**
 * How fast webhooks are taken: signed deliveries over HTTP to servers in processes of their own, as in production. What is measured is
 * the answer, by which a delivery is stored for good.
 */
import { createHmac, generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { Pool } from "undici";
import { startPostgres } from "../support/postgres-process.ts";
import { startKeyward, type RunningKeyward } from "../support/running-keyward.ts";

function whole(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("expected a whole number above zero.");
}

const { seconds, connections } = new Command("npm run bench:ingress --")
  .description("deliveries a second, and how long the answer takes, on both databases, with one server and with two")
  .option("--seconds <n>", "how long each row is measured", whole, 10)
  .option("--connections <n>", "how many deliveries are under way at once", whole, 16)
  .parse()
  .opts<{ seconds: number; connections: number }>();

const webhookSecret = randomBytes(32).toString("hex");
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const app = { id: 1, privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), webhookSecret };

type Body = { readonly name: string; readonly text: string; readonly signature: string };

/** The push that deleted a branch: the whole way through the ingress, and little to do after it. */
function bodyOf(name: string, bytes: number): Body {
  const account = { id: 2, login: "acme", type: "Organization" };
  const repository = {
    id: 3,
    name: "shop",
    full_name: "acme/shop",
    private: true,
    owner: account,
    default_branch: "main",
  };
  const [before, after] = ["a".repeat(40), "0".repeat(40)];
  const push = {
    ref: "refs/heads/topic",
    before,
    after,
    deleted: true,
    repository,
    installation: { id: 4 },
    filler: "",
  };
  const text = JSON.stringify({ ...push, filler: "x".repeat(Math.max(0, bytes - JSON.stringify(push).length)) });
  const signature = `sha256=${createHmac("sha256", webhookSecret).update(text).digest("hex")}`;
  return { name, text, signature };
}

const bodies = [bodyOf("7 KB", 7_000), bodyOf("1 MB", 1_000_000)];
const rows: object[] = [];

await measureAll("embedded", 1, {});
const directory = mkdtempSync(join(tmpdir(), "keyward-bench-"));
const postgres = await startPostgres(directory);
try {
  const env = { DATABASE_URL: postgres.url, KEYWARD_MASTER_KEY: randomBytes(32).toString("base64") };
  for (const servers of [1, 2]) await measureAll("PostgreSQL", servers, env);
} finally {
  process.kill(postgres.pid, "SIGINT");
  rmSync(directory, { recursive: true, force: true });
}
console.table(rows);
console.log(`load ${loadavg()[0]?.toFixed(1)}; an embedded database belongs to one server alone`);

async function measureAll(database: string, count: number, env: Readonly<Record<string, string>>): Promise<void> {
  const servers: RunningKeyward[] = [];
  try {
    for (let n = 0; n < count; n += 1) {
      const limits = { KEYWARD_REQUESTS_PER_MINUTE: "1000000" };
      servers.push(await startKeyward({ app, githubApiUrl: "http://127.0.0.1:9", env: { ...env, ...limits } }));
    }
    for (const body of bodies) {
      process.stderr.write(`${database}, ${count === 1 ? "1 server" : `${count} servers`}, ${body.name} …\n`);
      rows.push({ database, servers: count, payload: body.name, ...(await measure(servers, body)) });
    }
  } finally {
    await Promise.all(servers.map((one) => one.stop()));
  }
}

async function measure(servers: readonly RunningKeyward[], body: Body): Promise<object> {
  const pools = servers.map(({ url }) => new Pool(url, { connections }));
  const waited: number[] = [];
  let refused = 0;
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const send = async (pool: Pool): Promise<void> => {
    while (performance.now() < until) {
      const sent = performance.now();
      const { statusCode, body: answer } = await pool.request({
        method: "POST",
        path: "/webhooks",
        headers: {
          "content-type": "application/json",
          "x-github-delivery": randomUUID(),
          "x-github-event": "push",
          "x-hub-signature-256": body.signature,
        },
        body: body.text,
      });
      await answer.dump();
      if (statusCode === 202) waited.push(performance.now() - sent);
      else refused += 1;
    }
  };
  const senders = Array.from({ length: connections }, (_, n) => pools[n % pools.length]);
  await Promise.all(senders.flatMap((pool) => (pool ? [send(pool)] : [])));
  const took = (performance.now() - begun) / 1000;
  await Promise.all(pools.map((pool) => pool.close()));
  if (refused > 0) throw new Error(`${refused} deliveries were not answered with 202`);
  waited.sort((a, b) => a - b);
  const at = (share: number): number => Math.round((waited[Math.floor(waited.length * share)] ?? 0) * 10) / 10;
  return { "per second": Math.round(waited.length / took), "p50 ms": at(0.5), "p99 ms": at(0.99) };
}
