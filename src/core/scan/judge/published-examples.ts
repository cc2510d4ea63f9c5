import { crc32 } from "../validate/crc32.ts";

/**
 * Values that standards and documentation print as examples, and that are copied from there into tests and manuals everywhere: nobody's credentials.
 * Only length and CRC-32 of each stand here, so that this file holds nothing that looks like one.
 */
const examples: readonly (readonly [string, readonly (readonly [number, number])[]])[] = [
  ["RFC 6750", [[15, 0x0fc657b9]]],
  [
    "RFC 6749",
    [
      [22, 0x9e49269d],
      [22, 0x2bdd531a],
      [22, 0x1bbf5538],
      [28, 0x269d4cea],
      [10, 0x494bda51],
      [22, 0xe0318833],
    ],
  ],
  [
    "RFC 7617",
    [
      [28, 0x7a77589d],
      [24, 0xad2b0a04],
      [24, 0x2f1ff868],
      [16, 0xa7f91447],
    ],
  ],
  ["RFC 7519", [[179, 0xe379cea5]]],
  ["RFC 7515", [[86, 0x203b26c1]]],
  [
    "the front page of jwt.io",
    [
      [149, 0x6d0d2fc4],
      [155, 0xcea67886],
    ],
  ],
  [
    "RFC 6238",
    [
      [32, 0xd05909c5],
      [16, 0x2cded043],
    ],
  ],
  ["RFC 6455", [[24, 0xef8c5b51]]],
  ["the documentation of AWS", [[40, 0xfb0a6008]]],
  [
    "an emulator of Azure",
    [
      [88, 0xb4cbd586],
      [88, 0x87707360],
    ],
  ],
  [
    "the documentation of Kubernetes",
    [
      [16, 0xcbf43f40],
      [12, 0xf81c324e],
      [23, 0xacea406b],
      [23, 0xf4dda3f4],
      [23, 0x109e97fe],
      [64, 0x18006673],
      [17, 0x37465278],
      [15, 0xc39ca42e],
    ],
  ],
  [
    "the documentation of Docker",
    [
      [85, 0x2cc0c1cf],
      [85, 0x3b54221a],
      [52, 0xb5ddd3aa],
      [25, 0x0b63e284],
      [85, 0x8c0ba97e],
    ],
  ],
];

const sources: ReadonlyMap<string, string> = new Map(
  examples.flatMap(([source, values]) => values.map(([length, crc]) => [`${length} ${crc}`, source] as const)),
);
const lengths: ReadonlySet<number> = new Set(examples.flatMap(([, values]) => values.map(([length]) => length)));

/** Where a value is printed as an example; `null` if nowhere that is known. */
export function publishedExample(value: string): string | null {
  return lengths.has(value.length) ? (sources.get(`${value.length} ${crc32(value)}`) ?? null) : null;
}
