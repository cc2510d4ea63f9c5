/** A stretch of encoded text and what it says. Offsets are into the byte string that was searched. */
export type DecodedRun = {
  readonly start: number;
  readonly end: number;
  /** A byte string. */
  readonly decoded: string;
};

/**
 * One encoding. `find` gives the stretches of a byte string that are encoded in it and worth looking into (short ones and ones that
 * decode to noise are not), in order and without overlap. It takes time linear in the text.
 */
export type Decoder = { readonly name: string; readonly find: (text: string) => Iterable<DecodedRun> };

/** How far decoding goes. */
export type DecodeLimits = {
  /** How many encodings deep. */
  readonly depth: number;
  /** Bytes that may come out of one text in all: this many, */
  readonly bytes: number;
  /** or this many times the text's own, whichever is more. */
  readonly share: number;
};

/** Each encoding makes text longer, so that only encodings inside each other in each other's way come near this. */
export const defaultDecodeLimits: DecodeLimits = { depth: 3, bytes: 32 * 1024 * 1024, share: 4 };
