import { byteClassesOf, type ByteClasses, inRanges, type Side, sideOf } from "./byte-classes.ts";
import type { Assertion } from "./node.ts";
import type { Nfa } from "./nfa.ts";

// Hostile texts can make many states. They are then forgotten and made again when needed: slower, but still linear.
const maxStates = 1024;

type State = { readonly id: number; readonly threads: readonly number[]; readonly right: Side };

/**
 * Finds the places of a text at which a match begins, in time linear in the text whatever the regex: a deterministic automaton,
 * built as far as texts need it, reads the text from its end to its beginning. It keeps what it has built between texts.
 */
export class StartFinder {
  readonly #nfa: Nfa;
  readonly #classes: ByteClasses;
  /** Classes of bytes, and one more for the beginning of the text. */
  readonly #width: number;
  readonly #hasAssertions: boolean;
  readonly #ids = new Map<string, State>();
  #states: State[] = [];
  /** Twice the next state, plus one if a match begins before this step; -1: not built yet. */
  #steps: Int32Array = new Int32Array(0);

  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    this.#classes = byteClassesOf(nfa.instructions);
    this.#width = this.#classes.members.length + 1;
    this.#hasAssertions = nfa.instructions.some(({ kind }) => kind === "assert");
  }

  /** The offsets at which a match begins, in order. */
  startsIn(text: string): readonly number[] {
    const { classOf, members } = this.#classes;
    const starts: number[] = [];
    let state = this.#stateFor([this.#nfa.start], "edge").id;
    for (let at = text.length; at >= 0; at--) {
      const cls = at === 0 ? members.length : (classOf[text.charCodeAt(at - 1)] ?? 0);
      let step = this.#steps[state * this.#width + cls] ?? -1;
      if (step === -1) step = this.#build(state, cls);
      if ((step & 1) === 1) starts.push(at);
      state = step >> 1;
    }
    return starts.reverse();
  }

  #build(id: number, cls: number): number {
    const state = this.#states[id];
    if (state === undefined) throw new Error(`the automaton has no state ${id}`);
    const byte = this.#classes.members[cls] ?? null;
    const reached = this.#closure(state, byte === null ? "edge" : sideOf(byte));
    const begins = reached.has(0) ? 1 : 0;
    if (byte === null) return begins;
    const threads = new Set([this.#nfa.start]);
    for (const at of reached) {
      const instruction = this.#nfa.instructions[at];
      if (instruction?.kind === "byte" && inRanges(instruction.ranges, byte)) threads.add(instruction.next);
    }
    const full = this.#states.length >= maxStates;
    if (full) this.#forget();
    const step =
      this.#stateFor(
        [...threads].sort((a, b) => a - b),
        sideOf(byte),
      ).id *
        2 +
      begins;
    if (!full) this.#steps[id * this.#width + cls] = step;
    return step;
  }

  /** Every instruction reached from a state without reading, where `left` is what will be read next. */
  #closure(state: State, left: Side): ReadonlySet<number> {
    const reached = new Set<number>();
    const pending = [...state.threads];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (reached.has(at)) continue;
      reached.add(at);
      const instruction = this.#nfa.instructions[at];
      if (instruction?.kind === "split") pending.push(...instruction.nexts);
      if (instruction?.kind === "assert" && holds(instruction.what, left, state.right)) pending.push(instruction.next);
    }
    return reached;
  }

  #stateFor(threads: readonly number[], right: Side): State {
    const side = this.#hasAssertions ? right : "other";
    const key = `${side} ${threads.join(" ")}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const state: State = { id: this.#states.length, threads, right: side };
    this.#ids.set(key, state);
    this.#states.push(state);
    if (this.#steps.length < this.#states.length * this.#width) this.#grow();
    return state;
  }

  #grow(): void {
    const larger = new Int32Array(Math.max(16, this.#states.length * 2) * this.#width).fill(-1);
    larger.set(this.#steps);
    this.#steps = larger;
  }

  #forget(): void {
    this.#ids.clear();
    this.#states = [];
    this.#steps.fill(-1);
  }
}

function holds(what: Assertion, left: Side, right: Side): boolean {
  switch (what) {
    case "text-start":
      return left === "edge";
    case "text-end":
      return right === "edge";
    case "line-start":
      return left === "edge" || left === "newline";
    case "line-end":
      return right === "edge" || right === "newline";
    case "word-boundary":
      return (left === "word") !== (right === "word");
    case "not-word-boundary":
      return (left === "word") === (right === "word");
  }
}
