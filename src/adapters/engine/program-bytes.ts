import type { CompiledRule } from "../../core/scan/engine/compiled-rules.ts";
import type { Dictionary } from "../../core/scan/engine/dictionary.ts";
import type { EngineProgram } from "../../core/scan/engine/engine-scanner.ts";

/** The part of a program that is told in JSON: of the automata, which lie in the tables, where they are. */
type Head = {
  readonly rules: readonly (Omit<CompiledRule, "gate"> & { readonly gate: KeptGate | null })[];
  readonly dictionary: Omit<Dictionary, "tables">;
  /** How long the tables of names are. */
  readonly names: readonly [beginnings: number, ends: number, names: number];
};

type KeptGate = Omit<NonNullable<CompiledRule["gate"]>, "kind" | "automaton"> & {
  readonly at: number;
  readonly length: number;
  readonly start: number;
};

const lengthSize = 4;

/** A program as bytes: the length of its head (32 bits), the head, the tables of names (the hashes in 32 bits each), those of the dictionary. */
export function bytesOf({ rules, dictionary, names }: EngineProgram): Uint8Array {
  const { tables, ...rest } = dictionary;
  const kept = rules.map((rule) => ({ ...rule, gate: keptGate(rule.gate, tables) }));
  const sizes = [names.beginnings.length, names.ends.length, names.names.length] as const;
  const head = Buffer.from(JSON.stringify({ rules: kept, dictionary: rest, names: sizes } satisfies Head), "latin1");
  const length = Buffer.alloc(lengthSize);
  length.writeUInt32LE(head.length);
  const hashes = Buffer.alloc(4 * names.names.length);
  for (const [at, hash] of names.names.entries()) hashes.writeUInt32LE(hash, 4 * at);
  return Buffer.concat([length, head, names.beginnings, names.ends, hashes, tables]);
}

function keptGate(gate: CompiledRule["gate"], tables: Uint8Array): KeptGate | null {
  if (gate === null) return null;
  const { kind: _, automaton, ...rest } = gate;
  const at = automaton.bytes.byteOffset - tables.byteOffset;
  return { at, length: automaton.bytes.length, start: automaton.start, ...rest };
}

/** The program of `bytesOf`. Its automata are parts of its tables. */
export function programOf(bytes: Uint8Array): EngineProgram {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = lengthSize + buffer.readUInt32LE(0);
  const { rules, dictionary, names } = JSON.parse(buffer.toString("latin1", lengthSize, at)) as Head;
  const part = (length: number): Uint8Array => bytes.subarray(at, (at += length));
  const [beginnings, ends] = [part(names[0]), part(names[1])];
  // Numbers lie where their size divides the place; these need not.
  const hashes = new Uint32Array(Uint8Array.from(part(4 * names[2])).buffer);
  const tables = bytes.subarray(at);
  return {
    rules: rules.map((rule) => ({ ...rule, gate: gateIn(rule.gate, tables) })),
    dictionary: { ...dictionary, tables },
    names: { beginnings, ends, names: hashes },
  };
}

function gateIn(gate: KeptGate | null, tables: Uint8Array): CompiledRule["gate"] {
  if (gate === null) return null;
  const { at, length, start, ...rest } = gate;
  return { kind: "automaton", automaton: { bytes: tables.subarray(at, at + length), start }, ...rest };
}
