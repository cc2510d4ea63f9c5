/** Takes the chunks of a stream whose fields each end with a certain byte. */
export type FieldSplitter = { readonly push: (chunk: Buffer) => void };

/** Hands every whole field on, as a view that is only good until `onField` returns. Fields end with NUL unless told otherwise. */
export function createFieldSplitter(onField: (field: Buffer) => void, end = 0): FieldSplitter {
  let rest: Buffer | null = null;
  return {
    push: (chunk) => {
      const bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let stop = bytes.indexOf(end); stop !== -1; stop = bytes.indexOf(end, start)) {
        onField(bytes.subarray(start, stop));
        start = stop + 1;
      }
      rest = start === bytes.length ? null : bytes.subarray(start);
    },
  };
}
