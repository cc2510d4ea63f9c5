import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeScanners, type Scanners } from "../../src/app/compose-scanners.ts";
import { newToken } from "../support/tokens.ts";

describe("scanning in threads", () => {
  let scanners: Scanners;
  beforeAll(() => {
    const limits = { millis: 2000, megabytes: 768 };
    scanners = composeScanners(randomBytes(32), { threads: 2, warm: true, limits });
  });
  afterAll(() => scanners.close());

  it("finds what is there, with the secret in memory, and says what it found by masks alone", async () => {
    const secret = newToken();
    const { matches, gaps } = await scanners
      .interactive(7)
      .scan({ path: "a.ts", bytes: Buffer.from(`k = "${secret}"`) });
    expect(gaps).toEqual([]);
    expect(matches.map((match) => match.secret.reveal() === secret)).toEqual([true]);
    expect(matches[0]?.secret.mask).toBe(matches[0]?.finding.mask);
    expect(JSON.stringify(matches)).not.toContain(secret);
  });

  it("does not find what the owner's choice disables, in the same threads, and is another scanner then", async () => {
    const bytes = Buffer.from(`k = "${newToken()}"`);
    const own = scanners.background(7);
    const [match] = (await own.scan({ path: "a.ts", bytes })).matches;
    const chosen = scanners.background(7, { own: [], disabled: [match?.finding.ruleId ?? ""] });
    const { matches } = await chosen.scan({ path: "a.ts", bytes });
    expect(matches.map(({ finding }) => finding.ruleId)).not.toContain(match?.finding.ruleId);
    expect(chosen.identity).not.toBe(own.identity);
  });

  it("a content made to take long costs its own verdict, and the event loop hardly anything", async () => {
    const line = (i: number): string => `const apiKey_${i} = "${randomBytes(12).toString("base64")}";\n`;
    const hostile = Buffer.from(Array.from({ length: 100_000 }, (_, i) => line(i)).join(""));
    const answer = scanners.interactive(7).scan({ path: "hostile.ts", bytes: hostile });
    const small = await scanners.interactive(7).scan({ path: "a.ts", bytes: Buffer.from("nothing") });
    expect(small).toMatchObject({ matches: [], gaps: [] });
    const { matches, gaps } = await answer;
    expect(matches).toEqual([]);
    expect(gaps).toEqual([{ path: "hostile.ts", reason: "timeout", detail: "Scanning it took more than 2 s." }]);
  });
});
