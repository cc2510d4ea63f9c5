/**
 * Remembers lines in which nothing was found, each with what stands around it: all that a look at what is new in it depends on (`pieceContext`). Most of
 * what is new in a version of a file is in other versions too, though not in the one that it is made from. What was seen long ago may be forgotten.
 */
export type SeenLines = {
  /**
   * The ranges, each of whole lines if these are not long, that have to be looked at of some: a row of pairs of begin and end. `about` names
   * everything else that has a say in what is found.
   */
  readonly fresh: (bytes: Uint8Array, ranges: ArrayLike<number>, about: string) => ArrayLike<number>;
  /** In what `fresh` gave last there is nothing. */
  readonly keep: () => void;
};
