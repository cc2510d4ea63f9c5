import { expect, it } from "vitest";
import { actionsToPin } from "../../../src/core/posture/fixes/pin-actions.ts";
import { parseWorkflow } from "../../../src/core/posture/workflow-file.ts";

it.each(["? ", "- ", "["])("a workflow with %j ten thousand times is said to be none, not thrown", (text) => {
  const file = { path: ".github/workflows/deep.yml", text: `on: push\njobs:\n  a: ${text.repeat(10_000)}x\n` };
  expect(parseWorkflow(file)).toEqual({ path: file.path, problem: expect.any(String) });
  expect(actionsToPin([file])).toEqual([]);
});
