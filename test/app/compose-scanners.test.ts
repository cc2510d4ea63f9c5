import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeScanners, type Scanners } from "../../src/app/compose-scanners.ts";
import type { MasterKey } from "../../src/app/master-key-setting.ts";
import type { Renamed } from "../../src/flows/ports/fingerprint-names.ts";
import { newKey, newToken } from "../support/tokens.ts";

const keyed = (id: number, master: Uint8Array, until: string | null = null): MasterKey => ({ id, master, until });

describe("scanning in threads", () => {
  let scanners: Scanners;
  const [current, former] = [newKey(), newKey()];
  const renamed: Renamed[] = [];
  const rename = async (_: number, these: readonly Renamed[]): Promise<number> => renamed.push(...these);
  beforeAll(() => {
    const limits = { millis: 2000, megabytes: 768 };
    scanners = composeScanners([keyed(2, current), keyed(1, former)], { threads: 2, warm: true, limits }, rename);
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

  it("what it finds is called as the current key calls it, and said to be what the former key called it", async () => {
    const bytes = Buffer.from(`a = "${newToken()}"\nb = "${newToken()}"\n`);
    const byFormer = composeScanners(
      [keyed(1, former)],
      { threads: 1, warm: false, limits: { millis: 60_000, megabytes: 768 } },
      () => Promise.reject(new Error("nothing is renamed")),
    );
    const before = await byFormer.interactive(7).scan({ path: "a.ts", bytes });
    await byFormer.close();
    renamed.length = 0;
    const now = await scanners.interactive(7).scan({ path: "a.ts", bytes });
    const names = ({ matches }: typeof now): string[] => matches.map(({ finding }) => finding.fingerprint);
    expect(names(now)).toHaveLength(2);
    expect(renamed.map((one) => one.former).toSorted()).toEqual(names(before).toSorted());
    expect(renamed.map((one) => one.current).toSorted()).toEqual(names(now).toSorted());
  });

  it("a former key has a say until its end, which needs no restart", async () => {
    const ends = Date.now() + 2500;
    const keys = [keyed(2, current), keyed(1, former, new Date(ends).toISOString())] as const;
    const seen: Renamed[] = [];
    const ending = composeScanners(
      keys,
      { threads: 1, warm: false, limits: { millis: 60_000, megabytes: 768 } },
      async (_, these) => seen.push(...these),
    );
    const wrong: string[] = [];
    try {
      for (let isOver = false; !isOver;) {
        isOver = Date.now() > ends;
        seen.length = 0;
        await ending.interactive(7).scan({ path: "a.ts", bytes: Buffer.from(`k = "${newToken()}"`) });
        if (isOver ? seen.length !== 0 : Date.now() < ends && seen.length !== 1) wrong.push(`${isOver} ${seen.length}`);
        await sleep(200);
      }
    } finally {
      await ending.close();
    }
    expect(wrong).toEqual([]);
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
