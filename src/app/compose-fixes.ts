import { createHash } from "node:crypto";
import type { GithubApp } from "../adapters/github/app.ts";
import { createFixDesk } from "../adapters/github/fix-desk.ts";
import type { PlanFixesPorts } from "../flows/plan-fixes.ts";

/** What fixes are planned and made with. */
export const composeFixes = (github: GithubApp): PlanFixesPorts => ({
  fixDesk: createFixDesk(github),
  hashOf: (text) => createHash("sha256").update(text).digest("hex"),
});
