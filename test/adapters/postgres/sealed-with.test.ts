import { beforeAll, expect, test } from "vitest";
import { createDeliveryStore } from "../../../src/adapters/postgres/delivery-store.ts";
import { createIncidentStore } from "../../../src/adapters/postgres/incident-store.ts";
import { createPostureStore } from "../../../src/adapters/postgres/posture-store.ts";
import { createSealedTexts } from "../../../src/adapters/postgres/sealed-texts.ts";
import { saidOf, unopenedTexts } from "../../../src/adapters/postgres/sealed-with.ts";
import { createSealer, type SealingKey } from "../../../src/adapters/system/sealer.ts";
import { createTimelineHash } from "../../../src/adapters/system/timeline-hash.ts";
import { recordEvents } from "../../../src/flows/record-events.ts";
import { recordSighting } from "../../../src/flows/record-sighting.ts";
import { aPosture, saveLooked, saveLookedOrganization } from "../../support/a-posture.ts";
import { aSighting } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";

const at = "2026-11-02T10:00:00.000Z";
const key = (id: number, fill: number): SealingKey => ({ id, master: new Uint8Array(32).fill(fill) });
const [one, two, otherOne] = [key(1, 1), key(2, 2), key(1, 3)];
const by = { kind: "person", login: "mona" } as const;
const noQueue = { enqueueIn: async () => 0 };

forEachDatabase((get) => {
  const unopenedBy = (...keys: [SealingKey, ...SealingKey[]]) => unopenedTexts(get().database.pool, createSealer(keys));

  beforeAll(async () => {
    const { database } = get();
    const incidents = createIncidentStore(
      database,
      noQueue,
      createTimelineHash(one.master),
      createSealedTexts(createSealer([one])),
    );
    const ports = { incidents, clock: () => at, newId: () => "i-1" };
    await recordSighting(aSighting(), ports);
    await recordEvents("i-1", () => [{ kind: "dismissed", by, reason: "a sample", until: null }], ports);
    await createDeliveryStore(database, noQueue, createSealer([two])).accept({
      guid: "g-1",
      event: "push",
      installationId: 7,
      receivedAt: at,
      payload: Buffer.from("{}"),
    });
  });

  test("texts that all keys at hand open are none to speak of", async () => {
    expect(await unopenedBy(two, one)).toEqual([]);
  });

  test("a key that was taken off the list is named, with what needs it: people's words, webhooks that wait", async () => {
    const [words] = await unopenedBy(two);
    expect(words).toMatchObject({ key: 1, why: "missing" });
    expect(words?.texts).toBeGreaterThanOrEqual(2);
    expect(await unopenedBy(one)).toEqual([{ key: 2, texts: 1, why: "missing" }]);
    expect(saidOf({ key: 2, texts: 1, why: "missing" }).found).toBe(
      "master key 2 is not in the list, and 1 stored text is sealed with it",
    );
  });

  test("another key under a number that was used is told from the one that was used", async () => {
    expect(await unopenedBy(two, otherOne)).toMatchObject([{ key: 1, why: "other" }]);
  });

  test("why something is waived, in a repository and an organization, needs its key as well", async () => {
    const three = key(3, 3);
    const postures = createPostureStore(get().database, noQueue, createSealedTexts(createSealer([three])));
    const { config: plain, ...posture } = aPosture();
    const waiver = { claim: "commits-signed", reason: "not yet", by: "mona", expires: "2027-01-31" } as const;
    const config = { ...plain, waivers: [{ ...waiver, only: null, from: "repository" as const }] };
    const organization = { installationId: 9, owner: "acme" };
    await postures.plan(posture.repo, at);
    await saveLooked(postures, { ...posture, config }, "2026-11-02", []);
    await postures.planOrganization(organization, at);
    const { problems, results, rotations, checkedAt } = posture;
    await saveLookedOrganization(postures, { ...organization, config, problems, results, rotations, checkedAt }, []);
    expect(await unopenedBy(two, one)).toEqual([{ key: 3, texts: 2, why: "missing" }]);
    expect(await unopenedBy(two, one, three)).toEqual([]);
    expect(await unopenedBy(two, one, key(3, 4))).toEqual([{ key: 3, texts: 2, why: "other" }]);
  });
});
