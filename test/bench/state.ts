/**
 * How fast webhooks are stored over HTTP, and how soon their jobs start. On the embedded database, or on a server:
 *   npm run bench:state
 *   npm run bench:state -- postgres://…/an_empty_database
 */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openDatabase } from "../../src/adapters/postgres/database.ts";
import { createDeliveryStore } from "../../src/adapters/postgres/delivery-store.ts";
import type { JobHandlers } from "../../src/adapters/postgres/job-definition.ts";
import { createJobQueue } from "../../src/adapters/postgres/job-queue.ts";
import { createSealer } from "../../src/adapters/system/sealer.ts";
import { createHttpServer } from "../../src/app/http/server.ts";
import { webhookRoute } from "../../src/app/webhooks/ingress.ts";
import type { HandleDelivery, Job } from "../../src/flows/ports/jobs.ts";
import { onLane, storeJobs } from "../support/job-definitions.ts";
import { silentLog } from "../support/log.ts";

const secret = "bench";
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const body = JSON.stringify({ installation: { id: 7 }, filler: "x".repeat(8000) });
const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

function deliver(port: number, guid: string): Promise<number> {
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    "x-github-delivery": guid,
    "x-github-event": "push",
    "x-hub-signature-256": signature,
  };
  return new Promise((resolve, reject) => {
    request({ port, path: "/webhooks", method: "POST", headers, agent }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    })
      .on("error", reject)
      .end(body);
  });
}

const directory = mkdtempSync(join(tmpdir(), "keyward-bench-"));
const opening = performance.now();
const database = await openDatabase({ directory, url: process.argv[2], log: silentLog });
const queue = await createJobQueue<Job | HandleDelivery>(
  database,
  onLane(storeJobs, "bench", { concurrency: 2 }),
  silentLog,
);
console.log(`${database.kind} database, opened in ${Math.round(performance.now() - opening)} ms`);
const sealer = createSealer([{ id: 1, master: randomBytes(32) }]);
const { accept } = createDeliveryStore(database, queue, sealer);
const clock = (): string => new Date().toISOString();
const server = createHttpServer(
  [webhookRoute({ accept, secrets: [{ secret, until: null }], clock, log: silentLog })],
  silentLog,
);
const { port } = await server.listen({ host: "127.0.0.1", port: 0 });

const flood = 1000;
const began = performance.now();
let next = 0;
const sender = async (): Promise<void> => {
  while (next++ < flood) {
    const status = await deliver(port, randomUUID());
    if (status !== 202) throw new Error(`a delivery was answered with ${status}`);
  }
};
await Promise.all(Array.from({ length: 8 }, sender));
const rate = Math.round((flood / (performance.now() - began)) * 1000);
console.log(`${flood} deliveries of 8 kB over 8 connections: ${rate} a second stored and answered`);

const started = new Map<string, number>();
let handled = 0;
let allHandled = (): void => {};
const note: JobHandlers<Job | HandleDelivery>["handle-delivery"] = async ({ guid }) => {
  started.set(guid, performance.now());
  handled += 1;
  if (handled === flood) allHandled();
};
const handlers = Object.fromEntries(Object.keys(storeJobs.jobs).map((name) => [name, note]));
const working = performance.now();
await queue.startWorkers(handlers as unknown as JobHandlers<Job | HandleDelivery>, async () => {});
await new Promise<void>((resolve) => {
  allHandled = resolve;
});
console.log(`worked off at ${Math.round((flood / (performance.now() - working)) * 1000)} jobs a second by 2 workers`);

const latencies: { readonly answered: number; readonly begun: number }[] = [];
for (let n = 0; n < 100; n += 1) {
  const guid = randomUUID();
  const sent = performance.now();
  await deliver(port, guid);
  const answered = performance.now();
  while (!started.has(guid)) await wait(1);
  latencies.push({ answered: answered - sent, begun: (started.get(guid) ?? 0) - sent });
  await wait(20);
}
const at = (which: "answered" | "begun", share: number): string =>
  (latencies.map((one) => one[which]).toSorted((a, b) => a - b)[Math.floor(share * latencies.length)] ?? 0).toFixed(1);
console.log(`webhook sent to answer: median ${at("answered", 0.5)} ms, 95 % ${at("answered", 0.95)} ms`);
console.log(`webhook sent to job started: median ${at("begun", 0.5)} ms, 95 % ${at("begun", 0.95)} ms`);

agent.destroy();
await server.close();
await queue.stop();
await database.close();
rmSync(directory, { recursive: true, force: true });
