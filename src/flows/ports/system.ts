/**
 * Keeps what people wrote unreadable at rest. `context` (the id of what is sealed) must be the same at both ends, so that one
 * sealed text cannot be put in another's place. `open` throws when the text, the key or the context is not the one that was used.
 */
export type Sealer = {
  readonly seal: (bytes: Uint8Array, context: string) => Uint8Array;
  readonly open: (sealed: Uint8Array, context: string) => Uint8Array;
  /** Whether there is a key of this number, by which a sealed text (its first byte) remembers what sealed it. */
  readonly knows: (key: number) => boolean;
};

/** ISO 8601 in UTC. */
export type Clock = () => string;

/** Structured logging; `fields` hold ids and counts, never content. */
export type Logger = {
  readonly debug: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly info: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
};
