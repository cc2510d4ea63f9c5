import { afterAll, vi } from "vitest";
import { expectNoLeaks, plant, takeLastLooks } from "./leaks.ts";
import { randomPartsOf } from "./random-parts.ts";

// Every credential that a test makes from a shape is one that is looked for, whoever made it.
vi.mock(import("../../../src/core/scan/shape/fill-shape.ts"), async (original) => {
  const { fillShape } = await original();
  return {
    fillShape: (shape, seed) => {
      const text = fillShape(shape, seed);
      for (const part of randomPartsOf(shape, text, (piece) => fillShape(piece, seed + 1))) plant(part);
      return text;
    },
  };
});

// Set up first, so it runs last: whatever the file's own tests have started has ended.
afterAll(async () => {
  await takeLastLooks();
  expectNoLeaks();
});
