import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { WorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until } from "../support/watch.ts";

// GitHub is written to once a second at most.
vi.setConfig({ testTimeout: 120_000 });

let scene: Scene;
let repository: LocalRepository;
let tree: WorkTree;

beforeAll(async () => {
  scene = await startScene();
  ({ repository, tree } = await startRepository(scene));
});
afterAll(async () => {
  await tree[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});

/** The issues that Keyward filed here. */
const incidents = (at = repository) => at.issues().filter(({ author }) => author.login.endsWith("[bot]"));

/** The incident whose issue names a place in these words. */
const incidentAt = (place: string, at = repository) =>
  until(`the incident of ${place}`, () => incidents(at).find(({ body }) => (body ?? "").includes(place)));

it("a token in the message of an annotated tag is an incident", async () => {
  const token = newToken();
  await tree.git("tag", "--annotate", "v1", "-m", `The first\n\nwith ${token}`);
  await tree.push("v1");
  const incident = await incidentAt("the message of tag `v1`");
  expect(JSON.stringify(incident)).not.toContain(token);
  await assertFaithful(scene.github);
});
