import { expect, test } from "vitest";
import { createKeyedMutex } from "../../../src/adapters/git/keyed-mutex.ts";

const never = new AbortController().signal;

test("one at a time per key, in order, whatever fails", async () => {
  const mutex = createKeyedMutex();
  const seen: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    seen.push(`${name} starts`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.push(`${name} ends`);
    if (name === "a") throw new Error("a fails");
  };
  const a = mutex.run("key", never, work("a"));
  const b = mutex.run("key", never, work("b"));
  const other = mutex.run("other", never, async () => void seen.push("other"));
  await expect(a).rejects.toThrow("a fails");
  await Promise.all([b, other]);
  expect(seen).toEqual(["a starts", "other", "a ends", "b starts", "b ends"]);
});

test("who gives up waiting is skipped, and those behind still wait for those before", async () => {
  const mutex = createKeyedMutex();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const seen: string[] = [];
  const first = mutex.run("key", never, async () => {
    await held;
    seen.push("first");
  });
  const controller = new AbortController();
  const second = mutex.run("key", controller.signal, async () => void seen.push("second"));
  const third = mutex.run("key", never, async () => void seen.push("third"));
  controller.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(seen).toEqual([]);
  release();
  await Promise.all([first, third]);
  expect(seen).toEqual(["first", "third"]);
});
