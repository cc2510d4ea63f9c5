import { base64Decoder } from "./base64.ts";
import type { Decoder } from "./decoder.ts";
import { hexDecoder } from "./hex.ts";
import { htmlEntityDecoder } from "./html-entities.ts";
import { percentDecoder } from "./percent.ts";
import { stringEscapeDecoder } from "./string-escapes.ts";
import { utf16Decoder } from "./utf16.ts";

/** Every encoding that is looked into, in the order in which they are tried. */
export const allDecoders: readonly Decoder[] = [
  base64Decoder,
  hexDecoder,
  percentDecoder,
  stringEscapeDecoder,
  htmlEntityDecoder,
  utf16Decoder,
];
