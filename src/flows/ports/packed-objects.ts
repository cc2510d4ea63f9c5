/** An object out of a row of objects that are made from each other, each after the one that it is made from. */
export type PackedObject = {
  /** Its place in the pack. */
  readonly place: number;
  /** The place of what it is made from; null for what stands whole. */
  readonly base: number | null;
  /** Good until the next one is asked for. */
  readonly bytes: Uint8Array;
  /** What is new in it compared with its base (`NewRanges`). */
  readonly news: ArrayLike<number>;
};
