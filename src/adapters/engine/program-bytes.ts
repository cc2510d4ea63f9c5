import type { CompiledRule } from "../../core/scan/engine/compiled-rules.ts";
import type { Dictionary } from "../../core/scan/engine/dictionary.ts";
import type { EngineProgram } from "../../core/scan/engine/engine-scanner.ts";
import type { NeededRows, Row } from "../../core/scan/engine/needed-rows.ts";

/** The part of a program that is told in JSON: of the automata, which lie in the tables, where they are; and of sets of bytes, each of which is there once, which. */
type Head = {
  readonly rules: readonly (Omit<CompiledRule, "gate" | "needed"> & {
    readonly gate: KeptGate | null;
    readonly needed: KeptRows | null;
  })[];
  readonly sets: readonly Ranges[];
  readonly dictionary: Omit<Dictionary, "tables">;
  /** How long the tables of names are. */
  readonly names: readonly [beginnings: number, ends: number, names: number];
};

/** Where the automaton lies; then what a gate has; of a run, if there is one, the length and the end. */
type KeptGate = readonly [
  at: number,
  length: number,
  start: number,
  least: number,
  most: number,
  ...run: readonly [length: number, end: number] | readonly [],
];

type Ranges = NonNullable<Row["next"]>;

type KeptRows = Omit<NeededRows, "rows"> & {
  readonly rows: readonly {
    readonly stretches: readonly (readonly [set: number, times: number])[];
    readonly next: number | null;
  }[];
};

const lengthSize = 4;

/** A program as bytes: the length of its head (32 bits), the head, the tables of names (the hashes in 32 bits each), those of the dictionary. */
export function bytesOf({ rules, dictionary, names }: EngineProgram): Uint8Array {
  const { tables, ...rest } = dictionary;
  const numbers = new Map<string, number>();
  const numberOf = (ranges: Ranges): number => {
    const key = JSON.stringify(ranges);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  const kept = rules.map((rule) => ({
    ...rule,
    gate: keptGate(rule.gate, tables),
    needed: keptRows(rule.needed, numberOf),
  }));
  const sets = [...numbers.keys()].map((key) => JSON.parse(key) as Ranges);
  const sizes = [names.beginnings.length, names.ends.length, names.names.length] as const;
  const told: Head = { rules: kept, sets, dictionary: rest, names: sizes };
  const head = Buffer.from(JSON.stringify(told), "latin1");
  const length = Buffer.alloc(lengthSize);
  length.writeUInt32LE(head.length);
  const hashes = Buffer.alloc(4 * names.names.length);
  for (const [at, hash] of names.names.entries()) hashes.writeUInt32LE(hash, 4 * at);
  return Buffer.concat([length, head, names.beginnings, names.ends, hashes, tables]);
}

function keptGate(gate: CompiledRule["gate"], tables: Uint8Array): KeptGate | null {
  if (gate === null) return null;
  const { automaton, least, most, run } = gate;
  const at = automaton.bytes.byteOffset - tables.byteOffset;
  const range = [at, automaton.bytes.length, automaton.start, least, most] as const;
  return run === null ? range : [...range, run.length, run.end];
}

function keptRows(needed: NeededRows | null, numberOf: (ranges: Ranges) => number): KeptRows | null {
  if (needed === null) return null;
  const rows = needed.rows.map(({ stretches, next }) => ({
    stretches: stretches.map(({ ranges, times }) => [numberOf(ranges), times] as const),
    next: next === null ? null : numberOf(next),
  }));
  return { ...needed, rows };
}

function rowsOf(kept: KeptRows | null, sets: readonly Ranges[]): NeededRows | null {
  if (kept === null) return null;
  const rows = kept.rows.map(({ stretches, next }) => ({
    stretches: stretches.map(([set, times]) => ({ ranges: sets[set] ?? [], times })),
    next: next === null ? null : (sets[next] ?? []),
  }));
  return { ...kept, rows };
}

/** The program of `bytesOf`. Its automata are parts of its tables. */
export function programOf(bytes: Uint8Array): EngineProgram {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = lengthSize + buffer.readUInt32LE(0);
  const { rules, sets, dictionary, names } = JSON.parse(buffer.toString("latin1", lengthSize, at)) as Head;
  const part = (length: number): Uint8Array => bytes.subarray(at, (at += length));
  const [beginnings, ends] = [part(names[0]), part(names[1])];
  // Numbers lie where their size divides the place; these need not.
  const hashes = new Uint32Array(Uint8Array.from(part(4 * names[2])).buffer);
  const tables = bytes.subarray(at);
  return {
    rules: rules.map((rule) => ({
      ...rule,
      gate: gateIn(rule.gate, tables),
      needed: rowsOf(rule.needed, sets),
    })),
    dictionary: { ...dictionary, tables },
    names: { beginnings, ends, names: hashes },
  };
}

function gateIn(gate: KeptGate | null, tables: Uint8Array): CompiledRule["gate"] {
  if (gate === null) return null;
  const [at, length, start, least, most, runLength, end] = gate;
  const run = runLength === undefined || end === undefined ? null : { length: runLength, end };
  return { kind: "automaton", automaton: { bytes: tables.subarray(at, at + length), start }, least, most, run };
}
