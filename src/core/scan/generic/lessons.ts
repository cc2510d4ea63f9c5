/**
 * What was found out about some bytes alone, wherever they stand, so that nobody need look at them again: told by finders to whoever tells
 * them where to look. Nothing is kept of it but in the memory of a scan, and there as hashes: values may be secrets.
 */
export type Lessons = {
  /** This value, given to this name, is none; `bare`: without quotes around it. Name and value are byte strings. */
  readonly isNone: (name: string, value: string, bare: boolean) => void;
  /** No value that a machine could have made is in this run (`opaqueValues`), and it is no token with a prefix (`bodyOf`). */
  readonly isPlain: (run: string) => void;
};
