import { placeKey, type TextPlace } from "../../src/core/incident/occurrence.ts";
import { textKey, textOfPlace, type TextRef } from "../../src/core/text/text-ref.ts";
import type { TextReading, Texts } from "../../src/flows/ports/texts.ts";
import type { WikiReader } from "../../src/flows/ports/wikis.ts";

/** Where no wiki is read. */
export const noWikis: WikiReader = {
  openChange: async () => Promise.reject(new Error("no wiki is read here")),
  readMessage: async () => ({ kind: "unavailable", detail: "there is no wiki" }),
  readFileAt: async () => ({ kind: "unavailable", detail: "there is no wiki" }),
};

/** Texts in memory; the app writes as `keyward[bot]`. What was never written is gone. */
export function fakeTexts() {
  const readings = new Map<string, TextReading>();
  const edits: { readonly place: TextPlace; readonly text: string }[] = [];
  let reads = 0;
  let refusal: string | null = null;
  const texts: Texts = {
    ownLogin: async () => "keyward[bot]",
    read: async (_, ref) => {
      reads += 1;
      return readings.get(textKey(ref)) ?? { kind: "gone" };
    },
    replace: async (_, place, text) => {
      const ref = textOfPlace(place);
      const reading = ref === null ? undefined : readings.get(textKey(ref));
      if (ref === null || reading?.kind !== "read") return { kind: "gone" };
      if (refusal !== null) return { kind: "refused", reason: refusal };
      edits.push({ place, text });
      const parts = reading.parts.map((part) => (placeKey(part.place) === placeKey(place) ? { ...part, text } : part));
      readings.set(textKey(ref), { kind: "read", parts });
      return { kind: "replaced" };
    },
  };
  return {
    texts,
    reads: () => reads,
    edits,
    refuse: (reason: string): void => void (refusal = reason),
    set: (ref: TextRef, reading: TextReading): void => void readings.set(textKey(ref), reading),
  };
}
