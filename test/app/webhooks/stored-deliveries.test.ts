import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDeliveryStore } from "../../../src/adapters/postgres/delivery-store.ts";
import { createJobQueue, type DurableJobQueue, type Enqueuer } from "../../../src/adapters/postgres/job-queue.ts";
import { createSealer } from "../../../src/adapters/system/sealer.ts";
import { createHttpServer, type HttpServer } from "../../../src/app/http/server.ts";
import { webhookRoute } from "../../../src/app/webhooks/ingress.ts";
import type { DeliveryStore } from "../../../src/flows/ports/deliveries.ts";
import type { HandleDelivery, Job } from "../../../src/flows/ports/jobs.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";
import { newKey } from "../../support/tokens.ts";

const secret = "a webhook secret";
const sealer = createSealer([{ id: 1, master: newKey() }]);
const clock = (): string => "2026-11-01T10:00:00.000Z";

forEachDatabase((get) => {
  let queue: DurableJobQueue<Job | HandleDelivery>;
  let store: DeliveryStore;
  let server: HttpServer;
  let port: number;
  /** Makes queueing fail, as if the database went away in the middle of the transaction. */
  let queueFails = false;

  beforeAll(async () => {
    const { database } = get();
    queue = await createJobQueue(database, storeJobs, silentLog);
    const mayFail: Enqueuer<HandleDelivery> = {
      enqueueIn: async (transaction, jobs) => {
        const queued = await queue.enqueueIn(transaction, jobs);
        if (queueFails) throw new Error("gone");
        return queued;
      },
    };
    store = createDeliveryStore(database, mayFail, sealer);
    const { accept } = store;
    server = createHttpServer(
      [webhookRoute({ accept, secrets: [{ secret, until: null }], clock, log: silentLog })],
      silentLog,
    );
    ({ port } = await server.listen({ host: "127.0.0.1", port: 0 }));
  });
  afterAll(async () => {
    await server.close();
    await queue.stop();
  });

  const deliver = async (guid: string, body: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`http://127.0.0.1:${port}/webhooks`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "x-github-delivery": guid,
        "x-github-event": "push",
        "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
      },
    });
    return { status: response.status, text: await response.text() };
  };
  const count = async (what: string, guid: string): Promise<number> =>
    (await get().database.pool.query(what, [guid])).rows.length;
  const rows = (guid: string): Promise<number> => count("select from deliveries where guid = $1", guid);
  const jobs = (guid: string): Promise<number> =>
    count("select from pgboss.job where data->'data'->>'guid' = $1", guid);

  const push = (text = ""): string => JSON.stringify({ installation: { id: 7 }, text });

  test("a delivery is stored with its job, and can be taken as it came", async () => {
    const guid = randomUUID();
    expect(await deliver(guid, push())).toEqual({ status: 202, text: '{"result":"accepted"}' });
    expect([await rows(guid), await jobs(guid)]).toEqual([1, 1]);
    const taken = await store.take(guid);
    expect(taken).toMatchObject({ guid, event: "push", installationId: 7, receivedAt: clock() });
    expect(Buffer.from(taken?.payload ?? []).toString()).toBe(push());
  });

  test("twenty deliveries of one GUID at once are one delivery and one job", async () => {
    const guid = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(guid, push())));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    expect(answers.filter(({ text }) => text.includes("accepted"))).toHaveLength(1);
    expect([await rows(guid), await jobs(guid)]).toEqual([1, 1]);
  });

  test("a failure in the middle stores neither, is answered with 503, and the next delivery is accepted", async () => {
    const guid = randomUUID();
    queueFails = true;
    expect((await deliver(guid, push())).status).toBe(503);
    queueFails = false;
    expect([await rows(guid), await jobs(guid)]).toEqual([0, 0]);
    expect((await deliver(guid, push())).text).toBe('{"result":"accepted"}');
    expect([await rows(guid), await jobs(guid)]).toEqual([1, 1]);
  });

  test("what somebody wrote is not readable in the database", async () => {
    const guid = randomUUID();
    await deliver(guid, push("a sentence with a secret"));
    const stored = await get().database.pool.query<{ payload: Buffer }>(
      "select payload from deliveries where guid = $1",
      [guid],
    );
    const [row] = stored.rows;
    expect(row?.payload.length).toBeGreaterThan(push().length);
    expect(row?.payload.includes("sentence")).toBe(false);
  });

  test("a delivery that is done keeps its GUID only; redelivered, it is a duplicate", async () => {
    const guid = randomUUID();
    await deliver(guid, push());
    for (let times = 0; times < 2; times += 1) await store.done(guid);
    expect(await store.take(guid)).toBeNull();
    expect((await deliver(guid, push())).text).toBe('{"result":"duplicate"}');
    expect(await store.take(guid)).toBeNull();
  });

  test("an unknown delivery is null", async () => {
    expect(await store.take(randomUUID())).toBeNull();
  });

  test("a sealed payload that was moved to another delivery does not open", async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await deliver(one, push("one"));
    await deliver(other, push("other"));
    await get().database.pool.query(
      "update deliveries set payload = (select payload from deliveries where guid = $1) where guid = $2",
      [one, other],
    );
    await expect(store.take(other)).rejects.toThrow(/unable to authenticate/);
  });
});
