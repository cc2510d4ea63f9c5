import { afterAll, beforeAll, expect, it } from "vitest";
import { createDrillField } from "../../../src/adapters/github/drill-field.ts";
import { createInstallations } from "../../../src/adapters/github/installations.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;

beforeAll(async () => {
  world = await startGithubWorld();
});
afterAll(() => world.stop());

it("installations are listed by the app itself, those that are suspended left out", async () => {
  const { all } = createInstallations(world.anotherApp());
  expect(await all()).toEqual([{ installationId: world.installation.id, owner: "acme" }]);
  world.installation.suspendedAt = new Date().toISOString();
  expect(await all()).toEqual([]);
  world.installation.suspendedAt = null;
});

it("a drill's repository is found by its name, and one that is not seen is none", async () => {
  const field = createDrillField(world.anotherApp());
  expect(await field.find(world.installation.id, "acme/heads")).toMatchObject({ owner: "acme", name: "heads" });
  expect(await field.find(world.installation.id, "acme/nothing")).toBeNull();
});
