import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { handlers } from "../../src/app/webhooks/handlers.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { inDatabase } from "../support/stored-state.ts";
import { writtenPayloads } from "../support/written-payloads.ts";

// Some hundred deliveries, each of which may become several jobs.
vi.setConfig({ testTimeout: 300_000 });

type Payload = Readonly<Record<string, unknown>>;
type Sent = { readonly event: string; readonly payload: Payload };

// Required, not imported: the package's types promise a default export that its JSON does not have.
const recorded = z
  .array(z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }))
  .parse(createRequire(import.meta.url)("@octokit/webhooks-examples"));

const manifest = z
  .object({ default_events: z.array(z.string()) })
  .parse(parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8")));

/** What comes: the events of app.yml, and those that every app is sent unasked. */
const events = [...manifest.default_events, "installation_repositories", "installation"];

const payloads: readonly Sent[] = events.flatMap((event) =>
  [...(recorded.find(({ name }) => name === event)?.examples ?? []), ...(writtenPayloads[event] ?? [])].map(
    (payload) => ({ event, payload }),
  ),
);

/** Events of app.yml that nothing is done about yet: each is taken and forgotten. */
const unheard: readonly string[] = [];

test("every event that app.yml subscribes to has payloads here, and something that is done about it", () => {
  const sent = new Set(payloads.map(({ event }) => event));
  expect(events.filter((event) => !sent.has(event))).toEqual([]);
  const heard = new Set(handlers.flatMap((handler) => handler.events).map((event) => event.split(".")[0]));
  expect(events.filter((event) => !heard.has(event) && !unheard.includes(event))).toEqual([]);
});

let scene: Scene;
let repository: LocalRepository;

beforeAll(async () => {
  scene = await startScene();
  ({ repository } = await startRepository(scene));
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** As recorded, but about a repository and an installation that are there: what follows reaches GitHub. */
function atHome({ event, payload }: Sent): Sent {
  const known = scene.github.deliveries.find(({ installationId }) => installationId !== null);
  const there = known?.payload as { readonly repository: object; readonly installation: object };
  const changed = "repository" in payload ? { repository: there.repository } : {};
  return { event, payload: { ...payload, ...changed, installation: { ...there.installation } } };
}

async function send({ event, payload }: Sent): Promise<number> {
  const body = JSON.stringify(payload);
  const signature = createHmac("sha256", scene.github.app.webhookSecret).update(body).digest("hex");
  const { status } = await fetch(scene.keyward.webhookUrl, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${signature}`,
    },
  });
  return status;
}

/** Waits until nothing new is logged for a moment: most of the work is done then. */
async function quiet(): Promise<void> {
  for (let before = -1; before !== scene.keyward.output().length;) {
    before = scene.keyward.output().length;
    await sleep(1500);
  }
}

type State = { readonly waiting: number; readonly failed: readonly string[]; readonly undone: number };

/** Jobs that are still to run, jobs that failed in some attempt, deliveries that were not handled. */
const stateIn = (dataDir: string): Promise<State> =>
  inDatabase(dataDir, async (pool) => {
    const jobs = await pool.query<{ job: string; state: string; retries: number }>(
      "select data->>'name' as job, state, retry_count as retries from pgboss.job where start_after <= now()",
    );
    const undone = await pool.query("select from deliveries where payload is not null");
    const ended = ["completed", "cancelled", "failed"];
    return {
      waiting: jobs.rows.filter(({ state }) => !ended.includes(state)).length,
      failed: jobs.rows.filter(({ state, retries }) => state === "failed" || retries > 0).map(({ job }) => job),
      undone: undone.rows.length,
    };
  });

/** The log so far, of the servers that were stopped too. */
let log = "";

/** Lets Keyward work until nothing is left; it is stopped for each look, as its database is its own. */
async function workedOff(): Promise<State> {
  for (;;) {
    await quiet();
    const { output } = scene.keyward;
    const state = await scene.whileStopped(stateIn);
    log += output();
    if (state.waiting === 0) return state;
  }
}

test("every recorded payload is taken and worked off without an error", async () => {
  const sent = payloads.flatMap((one) => [one, atHome(one)]);
  expect(sent.length).toBeGreaterThan(200);
  for (const one of sent) expect(await send(one), one.event).toBe(202);
  const { failed, undone } = await workedOff();
  const lines = log.split("\n").filter((line) => line.startsWith("{"));
  const logged = lines.map((line) => z.looseObject({ level: z.number(), msg: z.string() }).parse(JSON.parse(line)));
  expect(logged.filter(({ level }) => level >= 50)).toEqual([]);
  expect(logged.filter(({ msg }) => msg === "a job failed")).toEqual([]);
  expect(lines.filter((line) => line.includes("payload as GitHub documents it"))).toEqual([]);
  expect([failed, undone]).toEqual([[], 0]);
  expect(repository.issues()).toEqual([]);
  await assertFaithful(scene.github);
});
