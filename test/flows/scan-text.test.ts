import { expect, it } from "vitest";
import type { TextRef } from "../../src/core/text/text-ref.ts";
import { aRepo } from "../support/builders.ts";
import { startIncidentWorld } from "../support/incident-world.ts";

const issue: TextRef = { surface: "issue", number: 3 };
const body = { surface: "issue", number: 3, part: "body" } as const;

async function written(text: string, by = "alice") {
  const world = startIncidentWorld();
  world.setText(issue, { kind: "read", parts: [{ place: body, text }] });
  await world.readText(issue, by);
  return world;
}

it("a credential in a text is an incident with the place where it stands", async () => {
  const { incidents, the } = await written("first\nthen a-credential");
  expect(incidents.all()).toHaveLength(1);
  expect(the().occurrences).toMatchObject([{ kind: "text", repoId: aRepo().repoId, place: body }]);
});

it("the same text told of again, or edited elsewhere, adds nothing", async () => {
  const world = await written("a-credential");
  await world.readText(issue, "alice");
  world.setText(issue, { kind: "read", parts: [{ place: body, text: "more words\n\na-credential" }] });
  await world.readText(issue, "bob");
  expect(world.the().occurrences).toHaveLength(1);
  expect(await world.incidents.timeline(world.the().id)).not.toContainEqual(
    expect.objectContaining({ event: expect.objectContaining({ kind: "seenAgain" }) as unknown }),
  );
});

it("a credential that was taken out and is written there again after the end is leaked again, once", async () => {
  const world = await written("a-credential");
  const edit = async (text: string): Promise<void> => {
    world.setText(issue, { kind: "read", parts: [{ place: body, text }] });
    await world.readText(issue, "bob");
  };
  await edit("nothing here");
  await edit("still nothing here");
  expect(world.the().redactions).toMatchObject([{ place: body, outcome: "removed" }]);
  expect(world.told().filter((kind) => kind === "textRedacted")).toHaveLength(1);
  await world.say("/keyward attest dead");
  await edit("nothing new");
  expect(world.the().state).toBe("closed");
  await edit("a-credential");
  expect(world.the()).toMatchObject({ state: "open", reopenings: 1, redactions: [] });
  await world.say("/keyward attest dead");
  await edit("more, and a-credential");
  expect(world.the()).toMatchObject({ state: "closed", reopenings: 1 });
});

it("what Keyward itself wrote last is not read; what a person made of it is", async () => {
  const world = await written("a-credential", "keyward[bot]");
  expect(world.textReads()).toBe(0);
  expect(world.incidents.all()).toEqual([]);
  await world.readText(issue, "alice");
  expect(world.incidents.all()).toHaveLength(1);
});

it("a text that was deleted meanwhile is nothing to worry about", async () => {
  const world = startIncidentWorld();
  await world.readText(issue, "alice");
  expect(world.incidents.all()).toEqual([]);
  expect(JSON.stringify(world.lines)).toContain("is gone");
});

it("a text that is not read is said in the log, with the reason and not the text", async () => {
  const world = startIncidentWorld();
  world.setText(issue, { kind: "unread", detail: "it has 2000000 characters; up to 1000000 are read" });
  await world.readText(issue, "alice");
  expect(world.lines).toContainEqual(
    expect.objectContaining({ level: "warn", fields: expect.objectContaining({ text: "issue:3" }) as unknown }),
  );
});

it("a policy holds for texts as well, and its paths are those of the code", async () => {
  const world = startIncidentWorld();
  world.setText(issue, { kind: "read", parts: [{ place: body, text: "a-credential" }] });
  const rule = { globs: ["**"], findings: "ignore", confidence: null, severity: null } as const;
  world.setConfig({ policy: { layers: [{ block: { confidence: "high", severity: "critical" }, paths: [rule] }] } });
  await world.readText(issue, "alice");
  expect(world.incidents.all()).toHaveLength(1);
});
