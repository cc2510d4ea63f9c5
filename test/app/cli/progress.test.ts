import { expect, test } from "vitest";
import { createProgress } from "../../../src/app/cli/scan/progress.ts";

function shown(
  isTTY: boolean,
  expected: { readonly work: number },
  steps: readonly [millis: number, work?: number][],
): string[] {
  const out: string[] = [];
  let now = 0;
  const stream = { isTTY, write: (text: string) => out.push(text) > 0 };
  const progress = createProgress(stream, () => now, expected);
  for (const [millis, work] of steps) {
    now = millis;
    progress.add({ files: 10, bytes: 5e6, ...(work === undefined ? {} : { work }) });
  }
  return out.map((text) => text.replace("\r\x1b[2K", ""));
}

test("a long scan says how much was read and how fast, a history also how much is left", () => {
  expect(shown(true, { work: 0 }, [[500], [1500], [1550], [2500]])).toEqual([
    "20 files, 10.0 MB, 6.7 MB/s",
    "40 files, 20.0 MB, 8.0 MB/s",
  ]);
  expect(
    shown(true, { work: 400 }, [
      [1000, 100],
      [2000, 100],
      [96_000, 100],
      [97_000, 100],
    ]).map((line) => line.split(", ").slice(3).join(", ")),
  ).toEqual(["25 %, 0:00 left", "50 %, 0:01 left", "75 %, 0:32 left", "100 %"]);
});

test("nothing is said where nobody looks", () => {
  expect(shown(false, { work: 0 }, [[5000]])).toEqual([]);
});
