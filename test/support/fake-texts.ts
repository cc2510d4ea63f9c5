import { textKey, type TextRef } from "../../src/core/text/text-ref.ts";
import type { TextReading, Texts } from "../../src/flows/ports/texts.ts";

/** Texts in memory; the app writes as `keyward[bot]`. What was never written is gone. */
export function fakeTexts() {
  const readings = new Map<string, TextReading>();
  let reads = 0;
  const texts: Texts = {
    ownLogin: async () => "keyward[bot]",
    read: async (_, ref) => {
      reads += 1;
      return readings.get(textKey(ref)) ?? { kind: "gone" };
    },
  };
  return {
    texts,
    reads: () => reads,
    set: (ref: TextRef, reading: TextReading): void => void readings.set(textKey(ref), reading),
  };
}
