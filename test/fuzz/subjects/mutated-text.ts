import fc from "fast-check";

/** One of some texts, with pieces taken out and put in anywhere. */
export function mutatedText(seeds: readonly string[], pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...pieces), fc.nat(2000)).map(([text, times]) => text.repeat(times)),
    },
  );
  const edit = fc.record({ at: fc.nat(), removed: fc.oneof(fc.constant(0), fc.nat(40)), put: piece });
  return fc.tuple(fc.constantFrom(...seeds), fc.array(edit, { maxLength: 5 })).map(([seed, edits]) => {
    let text = seed;
    for (const { at, removed, put } of edits) {
      const start = at % (text.length + 1);
      text = text.slice(0, start) + put + text.slice(start + removed);
    }
    return text;
  });
}
