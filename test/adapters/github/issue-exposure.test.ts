import { expect, it } from "vitest";
import { exposureText } from "../../../src/adapters/github/issue-exposure.ts";
import { known, unknown, type Exposure } from "../../../src/core/incident/exposure.ts";

const silent = unknown("the app may not ask");
const exposure: Exposure = {
  measuredAt: "2026-11-02T00:00:00.000Z",
  since: silent,
  visibility: known("public"),
  visibilities: known([
    { visibility: "private", since: "2026-10-01T10:00:00.000Z" },
    { visibility: "public", since: "2026-11-01T10:00:00.000Z" },
  ]),
  forks: known(2),
  clones: silent,
  collaborators: silent,
  onDefaultBranch: silent,
  tags: silent,
  releases: silent,
  otherRepositories: known(0),
  gitEvents: silent,
};

it("who could see it is said over time, and what is not known is said to be unknown, with the reason", () => {
  const text = exposureText(exposure);
  expect(text).toContain(
    "| Over time | private at least since 2026-10-01 10:00 UTC, public since 2026-11-01 10:00 UTC; before that unknown |",
  );
  expect(text).toContain("| Clones in the last 14 days | unknown: the app may not ask |");
  expect(exposureText(null)).toBe("Not looked into yet.");
});
