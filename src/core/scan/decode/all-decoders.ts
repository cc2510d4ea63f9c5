import { base64Decoder } from "./base64.ts";
import type { Decoder } from "./decoder.ts";

/** Every encoding that is looked into, in the order in which they are tried. */
export const allDecoders: readonly Decoder[] = [base64Decoder];
