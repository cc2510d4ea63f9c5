import { expect, it } from "vitest";
import type { TextRef } from "../../src/core/text/text-ref.ts";
import { aFinding } from "../support/builders.ts";
import { startIncidentWorld } from "../support/incident-world.ts";

const issue: TextRef = { surface: "issue", number: 3 };
const place = { surface: "issue", number: 3, part: "body" } as const;
const other = { surface: "issue", number: 3, part: "title" } as const;

function startWorld(text: string) {
  const world = startIncidentWorld();
  world.setRedact(true);
  const parts = [
    { place: other, text: "Help" },
    { place, text },
  ];
  world.setText(issue, { kind: "read", parts });
  return world;
}

const { mask } = aFinding();
const outcomes = (world: ReturnType<typeof startWorld>) =>
  world.the().redactions.map(({ place: at, outcome }) => ({ part: "part" in at ? at.part : null, outcome }));

it("a credential is masked once its incident is there, and nothing else is touched", async () => {
  const world = startWorld("use\r\na-credential\r\nplease");
  await world.readText(issue, "alice");
  expect(world.textEdits).toEqual([{ place, text: `use\r\n${mask}\r\nplease` }]);
  expect(outcomes(world)).toEqual([{ part: "body", outcome: "masked" }]);
  expect(world.told()).toContain("textRedacted");
});

it("without the owner's word nothing is edited", async () => {
  const world = startWorld("a-credential");
  world.setRedact(false);
  await world.readText(issue, "alice");
  expect(world.textEdits).toEqual([]);
  expect(world.incidents.all()).toHaveLength(1);
});

it("its own edit makes no further one, and neither does the same delivery again", async () => {
  const world = startWorld("a-credential");
  await world.readText(issue, "alice");
  await world.readText(issue, "keyward[bot]");
  await world.readText(issue, "alice");
  expect(world.textEdits).toHaveLength(1);
  expect(outcomes(world)).toHaveLength(1);
});

it("a crash between the edit and its record is made good: one edit, one record", async () => {
  const world = startWorld("a-credential");
  world.failNextRecord("textRedacted");
  await world.readText(issue, "alice");
  expect(world.textEdits).toHaveLength(1);
  expect(outcomes(world)).toEqual([{ part: "body", outcome: "masked" }]);
});

it("what somebody takes out before Keyward does is said to be so", async () => {
  const world = startWorld("a-credential");
  world.setRedact(false);
  await world.readText(issue, "alice");
  world.setRedact(true);
  world.setText(issue, { kind: "read", parts: [{ place, text: "never mind" }] });
  await world.redactText(issue, [world.the().fingerprint]);
  expect(world.textEdits).toEqual([]);
  expect(outcomes(world)).toEqual([{ part: "body", outcome: "removed" }]);
});

it("where GitHub does not let it, that is recorded, with what it takes, once", async () => {
  const world = startWorld("a-credential");
  world.refuseEdits("GitHub answered 403; it takes the permission issues: write");
  await world.readText(issue, "alice");
  await world.readText(issue, "bob");
  expect(world.the().redactions).toMatchObject([{ outcome: "refused", detail: /issues: write/ }]);
  expect(world.told().filter((kind) => kind === "textRedacted")).toHaveLength(1);
});

it("what was dismissed may stand", async () => {
  const world = startWorld("a-credential");
  world.setRedact(false);
  await world.readText(issue, "alice");
  world.desk.setRole("otto", "maintain");
  await world.say("/keyward dismiss false-positive an example of the documentation");
  await world.say("/keyward allow", "otto");
  world.setRedact(true);
  await world.readText(issue, "alice");
  expect(world.the().state).toBe("dismissed");
  expect(world.textEdits).toEqual([]);
});

it("a text that was deleted before it could be masked is nothing to worry about", async () => {
  const world = startWorld("a-credential");
  world.setText(issue, { kind: "gone" });
  await world.redactText(issue, ["0".repeat(32)]);
  expect(world.textEdits).toEqual([]);
});
