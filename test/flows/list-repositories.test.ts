import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { createPostureStore } from "../../src/adapters/postgres/posture-store.ts";
import type { RepoRef } from "../../src/core/change/change.ts";
import { listInstallations, listRepositories } from "../../src/flows/list-repositories.ts";
import { planPosture, type PlanPosturePorts } from "../../src/flows/plan-postures.ts";
import { aRepo } from "../support/builders.ts";
import { embeddedOptions } from "../support/databases.ts";
import { fakeJobQueue } from "../support/fake-job-queue.ts";
import { silentLog } from "../support/log.ts";

let database: Database;
let ports: PlanPosturePorts;
beforeAll(async () => {
  database = await openDatabase(await embeddedOptions());
  const keptAnswers = {
    of: async () => null,
    keep: async () => {},
    forget: async () => {},
    dropUnused: async () => {},
  };
  const postures = createPostureStore(database, { enqueueIn: async () => 0 });
  const clock = (): string => new Date().toISOString();
  ports = { postures, queue: fakeJobQueue(), clock, keptAnswers, settleSeconds: 0 };
});
afterAll(() => database.close());

const due = async (): Promise<readonly RepoRef[]> => ports.postures.due(ports.clock(), 100);

it("a repository that is made while they are listed is looked at when it was planned to be", async () => {
  const [listed, made] = [aRepo({ repoId: 3601, name: "listed" }), aRepo({ repoId: 3602, name: "made" })];
  const installations = {
    all: async () => [],
    // Its event has come and was planned for before the list, in which it is not, is taken for what there is.
    repositoriesOf: async () => {
      await planPosture(made, ports);
      return [listed];
    },
  };
  await listRepositories(
    { installationId: made.installationId, permissions: false },
    { ...ports, installations, log: silentLog },
  );
  expect(await due()).toEqual([made]);
});

it("what is planned of an account on which the app is installed while accounts are listed is done", async () => {
  const made = aRepo({ repoId: 7000, installationId: 77, name: "made" });
  const installations = {
    all: async () => {
      await planPosture(made, ports);
      return [];
    },
    repositoriesOf: async () => [],
  };
  await listInstallations({ ...ports, installations, log: silentLog });
  expect(await due()).toContainEqual(made);
});
