import { expect, it } from "vitest";
import { actionsToPin } from "../../../src/core/posture/fixes/pin-actions.ts";
import { parseWorkflow } from "../../../src/core/posture/workflow-file.ts";

// Many levels that end at once are what the parser recurses over.
it.each(["? ", ": ", "- "])("a workflow with %j ten thousand times is said to be none, not thrown", (text) => {
  const next = text === "- " ? "- y" : "y: 1";
  const file = { path: ".github/workflows/deep.yml", text: `${text.repeat(10_000)}x\n${next}\n` };
  expect(parseWorkflow(file)).toEqual({ path: file.path, problem: "nested too deep to be read" });
  expect(actionsToPin([file])).toEqual([]);
});
