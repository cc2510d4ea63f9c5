import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createJobQueue, type DurableJobQueue } from "../../../src/adapters/postgres/job-queue.ts";
import { createPostureStore } from "../../../src/adapters/postgres/posture-store.ts";
import { createSealedTexts } from "../../../src/adapters/postgres/sealed-texts.ts";
import { createSealer } from "../../../src/adapters/system/sealer.ts";
import type { HandleDelivery, Job } from "../../../src/flows/ports/jobs.ts";
import { aPosture, saveLooked, saveLookedOrganization } from "../../support/a-posture.ts";
import { aRepo } from "../../support/builders.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { storeJobs } from "../../support/job-definitions.ts";
import { silentLog } from "../../support/log.ts";
import { newKey } from "../../support/tokens.ts";

const at = (minute: string): string => `2026-11-26T10:${minute}:00.000Z`;
const bad = { outcome: "fail", evidence: ["it is not"] } as const;

forEachDatabase((get) => {
  let queue: DurableJobQueue<Job | HandleDelivery>;
  beforeAll(async () => {
    queue = await createJobQueue(get().database, storeJobs, silentLog);
  });
  afterAll(() => queue.stop());
  const store = () => createPostureStore(get().database, queue);
  let ids = 5000;
  const fresh = () => aRepo({ repoId: (ids += 1), installationId: ids });

  describe("when a repository is looked at", () => {
    test("the first of several events sets the time", async () => {
      const repo = fresh();
      await store().plan(repo, at("10"));
      await store().plan({ ...repo, name: "renamed" }, at("20"));
      const mine = async (now: string) => (await store().due(now, 100)).filter(({ repoId }) => repoId === repo.repoId);
      expect(await mine(at("09"))).toEqual([]);
      expect(await mine(at("10"))).toEqual([{ ...repo, name: "renamed" }]);
    });

    test("all of an installation are spread out, and one that has an earlier time keeps it", async () => {
      for (const minute of ["59", "05", "59"]) await store().plan({ ...fresh(), installationId: 77 }, at(minute));
      const planned = async () => {
        const { rows } = await get().database.pool.query<{ next_at: Date }>(
          "select next_at from posture_repositories where installation_id = 77 order by repo_id",
        );
        return rows.map(({ next_at }) => next_at.toISOString());
      };
      await store().planAll(77, at("10"), 60);
      expect(await planned()).toEqual([at("10"), at("05"), at("12")]);
      await store().planAll(77, at("20"), 60);
      expect(await planned()).toEqual([at("10"), at("05"), at("12")]);
    });

    test("once begun it is left alone until something happens again", async () => {
      const repo = fresh();
      await store().plan(repo, at("10"));
      await store().begin(repo.repoId, at("50"));
      expect((await store().due(at("49"), 100)).some(({ repoId }) => repoId === repo.repoId)).toBe(false);
      await store().plan(repo, at("30"));
      expect((await store().due(at("30"), 100)).some(({ repoId }) => repoId === repo.repoId)).toBe(true);
    });
  });

  describe("when it is said to be gone", () => {
    const known = async (repoId: number) => (await store().byId(repoId)) !== null;

    test("it is forgotten, unless something happened to it since the look began", async () => {
      const [gone, there] = [fresh(), fresh()];
      for (const repo of [gone, there]) {
        await store().plan(repo, at("10"));
      }
      const looks = await Promise.all([gone, there].map(async ({ repoId }) => store().begin(repoId, at("50"))));
      expect(looks.map((begun) => begun?.repo)).toEqual([gone, there]);
      await store().plan({ ...there, name: "renamed" }, at("30"));
      for (const begun of looks) await store().forget(begun?.repo.repoId ?? 0, at("50"), begun?.look ?? "");
      expect([await known(gone.repoId), await known(there.repoId)]).toEqual([false, true]);
      expect(await store().begin(gone.repoId, at("50"))).toBeNull();
      expect((await store().begin(there.repoId, at("50")))?.repo).toEqual({ ...there, name: "renamed" });
    });

    test("by a look that was taken for lost, what another one saw since is kept; nor does it store what it saw", async () => {
      const repo = fresh();
      const { repoId, installationId } = repo;
      await store().plan(repo, at("10"));
      const [lost, other] = [await store().begin(repoId, at("50")), await store().begin(repoId, at("50"))];
      if (!lost || !other) throw new Error("it was planned");
      const posture = aPosture({}, { repo });
      await store().save(posture, "2026-11-23", [], other.look);
      await store().save(aPosture({ "actions-pinned": bad }, { repo }), "2026-11-23", [], lost.look);
      await store().forget(repoId, at("50"), lost.look);
      expect((await store().byId(repoId))?.posture).toEqual(posture);

      await store().planOrganization(repo, at("10"));
      const [before, since] = [
        await store().beginOrganization(installationId, at("50")),
        await store().beginOrganization(installationId, at("50")),
      ];
      const { config, results, rotations, checkedAt } = posture;
      const organization = { installationId, owner: "acme", config, problems: [], results, rotations, checkedAt };
      await store().saveOrganization(organization, [], since ?? "");
      await store().saveOrganization({ ...organization, problems: ["older"] }, [], before ?? "");
      expect((await store().organization(installationId))?.posture?.problems).toEqual([]);
    });

    test("by a list that is older than what was planned, it is kept", async () => {
      const repo = fresh();
      const { repoId, installationId } = repo;
      const moment = (ms: number): string => new Date(Date.now() + ms).toISOString();
      await store().plan(repo, at("10"));
      await store().planOrganization(repo, at("10"));
      await store().keepOnly(installationId, [], moment(-60_000));
      const { rows } = await get().database.pool.query<{ id: string }>(
        "select installation_id as id from posture_repositories union select installation_id from posture_organizations",
      );
      const others = rows.map(({ id }) => Number(id)).filter((id) => id !== installationId);
      await store().keepOnlyInstallations(others, moment(-60_000));
      expect(await known(repoId)).toBe(true);
      expect(await store().organization(installationId)).not.toBeNull();
      await store().keepOnlyInstallations(others, moment(60_000));
      expect(await known(repoId)).toBe(false);
      expect(await store().organization(installationId)).toBeNull();
      await store().plan(repo, at("10"));
      await store().keepOnly(installationId, [], moment(60_000));
      expect(await known(repoId)).toBe(false);
    });
  });

  describe("how it stands", () => {
    test("is given back as it was stored, with the job that follows", async () => {
      const repo = fresh();
      await store().plan(repo, at("10"));
      const posture = aPosture({ "actions-pinned": bad }, { repo });
      const ref = { installationId: repo.installationId, repoId: repo.repoId };
      await saveLooked(store(), posture, "2026-11-23", [{ name: "publish-posture", data: ref }]);
      expect(await store().byId(repo.repoId)).toEqual({ posture, filing: null });
      const { rows } = await get().database.pool.query("select from pgboss.job where singleton_key = $1", [
        `publish-posture:${repo.repoId}`,
      ]);
      expect(rows).toHaveLength(1);
    });

    test("is not stored when its job cannot be queued, nor after it was forgotten", async () => {
      const repo = fresh();
      await store().plan(repo, at("10"));
      const impossible = { name: "publish-posture", data: {} } as never;
      await expect(saveLooked(store(), aPosture({}, { repo }), "2026-11-23", [impossible])).rejects.toThrow(/./);
      expect(await store().byId(repo.repoId)).toEqual({ posture: null, filing: null });
      const begun = await store().begin(repo.repoId, at("50"));
      if (!begun) throw new Error("it was planned");
      await store().forget(repo.repoId, at("50"), begun.look);
      await store().save(aPosture({}, { repo }), "2026-11-23", [], begun.look);
      expect(await store().byId(repo.repoId)).toBeNull();
    });

    test("is compared with the newest week before, and old weeks are let go", async () => {
      const repo = fresh();
      await store().plan(repo, at("10"));
      const weeks = ["2024-01-01", "2026-11-09", "2026-11-16", "2026-11-23"];
      for (const [index, week] of weeks.entries())
        await saveLooked(store(), aPosture({ "actions-pinned": bad }, { repo, score: index }), week, []);
      const [row] = await store().ofInstallation(repo.installationId, "2026-11-23");
      expect(row?.posture.score).toBe(3);
      expect(row?.before).toMatchObject({ week: "2026-11-16", score: 2, standings: { "actions-pinned": "fail" } });
      const { rows } = await get().database.pool.query("select week from posture_weeks where repo_id = $1", [
        repo.repoId,
      ]);
      expect(rows).toHaveLength(3);
    });

    test("why people waived something is not readable in the database, and reads as it was where the key is", async () => {
      const texts = createSealedTexts(createSealer([{ id: 1, master: newKey() }]));
      const sealing = createPostureStore(get().database, queue, texts);
      const repo = fresh();
      const { installationId, repoId } = repo;
      const waiver = {
        claim: "actions-pinned",
        reason: "the builds of Mona's team break",
        by: "mona",
        from: "repository",
      } as const;
      const posture = aPosture({}, { repo });
      const config = { ...posture.config, waivers: [{ ...waiver, expires: "2027-01-31", only: null }] };
      const [first, ...others] = posture.results;
      if (!first) throw new Error("there is a claim");
      const results = [{ ...first, waivers: config.waivers.map((one) => ({ ...one, expired: false })) }, ...others];
      const waived = { ...posture, config, results };
      await sealing.plan(repo, at("10"));
      await saveLooked(sealing, waived, "2026-11-23", []);
      await sealing.planOrganization({ installationId, owner: "acme" }, at("10"));
      const { problems, rotations, checkedAt } = posture;
      const organization = { installationId, owner: "acme", config, problems, results, rotations, checkedAt };
      await saveLookedOrganization(sealing, organization, []);
      const { rows } = await get().database.pool.query<{ stored: string }>(`
        select posture::text as stored from posture_repositories where repo_id = ${repoId}
        union all select posture::text from posture_organizations where installation_id = ${installationId}`);
      expect(rows.map(({ stored }) => [stored.includes("Mona"), stored.includes("sealed")])).toEqual([
        [false, true],
        [false, true],
      ]);
      expect(await sealing.byId(repoId)).toEqual({ posture: waived, filing: null });
      expect(await sealing.organization(installationId)).toEqual({ posture: organization, filing: null });
      expect(await sealing.ofInstallation(installationId, "2026-11-23")).toEqual([{ posture: waived, before: null }]);
    });

    test("its issue is remembered apart from it", async () => {
      const repo = fresh();
      await store().plan(repo, at("10"));
      await store().noteFiling(repo.repoId, { number: 3, toldAt: at("11") });
      await saveLooked(store(), aPosture({}, { repo }), "2026-11-23", []);
      expect((await store().byId(repo.repoId))?.filing).toEqual({ number: 3, toldAt: at("11") });
    });
  });
});
