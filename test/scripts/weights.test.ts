import { expect, it } from "vitest";
import { humanVariant, openValues } from "../../scripts/weights/sample.ts";
import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";

it("a true password is learned from as one that a person made, not as what stood there", () => {
  const text = fillShape(`password = "{[qxzvkj]:14}"\n`, 1);
  const [seen] = openValues(text, "app.env");
  if (seen === undefined) throw new Error("expected a named value");
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const said = humanVariant(seen, seed) ?? [];
    expect(said).toContain("name: password");
    expect(said.filter((what) => /^words: (?:half|most|all) of its letters$/.test(what))).toHaveLength(1);
  }
});
