/** Finds which of many keywords occur in a byte string, in one pass (Aho and Corasick, 1975). ASCII case does not matter. */
export type KeywordIndex = {
  /** For each keyword, in the order given: 1 if it occurs. The array is overwritten by the next call. */
  readonly occurring: (text: string) => Uint8Array;
};

/** `keywords` are byte strings in lower case. */
export function createKeywordIndex(keywords: readonly string[]): KeywordIndex {
  const { classOf, classes } = byteClasses(keywords);
  const { next, outputs } = automaton(keywords, classOf, classes);
  const isOutput = Uint8Array.from(outputs, (ids) => (ids.length > 0 ? 1 : 0));
  const visited = new Uint8Array(outputs.length);
  const found = new Uint8Array(keywords.length);
  const occurring = (text: string): Uint8Array => {
    visited.fill(0);
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      state = next[state * classes + (classOf[text.charCodeAt(at)] ?? 0)] ?? 0;
      if (isOutput[state] === 1) visited[state] = 1;
    }
    found.fill(0);
    for (const [state, ids] of outputs.entries()) if (visited[state] === 1) for (const id of ids) found[id] = 1;
    return found;
  };
  return { occurring };
}

/** Bytes that no keyword has share one class; a capital has the class of its small letter. */
function byteClasses(keywords: readonly string[]): { readonly classOf: Uint8Array; readonly classes: number } {
  const classOf = new Uint8Array(256);
  let classes = 1;
  for (const keyword of keywords) {
    for (let at = 0; at < keyword.length; at++) {
      const byte = keyword.charCodeAt(at);
      if (classOf[byte] === 0) classOf[byte] = classes++;
    }
  }
  for (let small = 0x61; small <= 0x7a; small++) classOf[small - 32] = classOf[small] ?? 0;
  return { classOf, classes };
}

type Automaton = { readonly next: Int32Array; readonly outputs: readonly number[][] };

function automaton(keywords: readonly string[], classOf: Uint8Array, classes: number): Automaton {
  const states = keywords.reduce((sum, keyword) => sum + keyword.length, 1);
  const next = new Int32Array(states * classes).fill(-1);
  const outputs: number[][] = [[]];
  for (const [id, keyword] of keywords.entries()) {
    let state = 0;
    for (let at = 0; at < keyword.length; at++) {
      const slot = state * classes + (classOf[keyword.charCodeAt(at)] ?? 0);
      if (next[slot] === -1) next[slot] = outputs.push([]) - 1;
      state = next[slot] ?? 0;
    }
    outputs[state]?.push(id);
  }
  linkSuffixes(next, outputs, classes);
  return { next, outputs };
}

/** Fills in where to go when a keyword breaks off, breadth first, so that every state has a next one for every class. */
function linkSuffixes(next: Int32Array, outputs: number[][], classes: number): void {
  const suffix = new Int32Array(outputs.length);
  const queue = [0];
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] ?? 0;
    const fallback = suffix[state] ?? 0;
    if (state !== 0) outputs[state]?.push(...(outputs[fallback] ?? []));
    for (let cls = 0; cls < classes; cls++) {
      const slot = state * classes + cls;
      const target = next[slot] ?? -1;
      const viaSuffix = state === 0 ? 0 : (next[fallback * classes + cls] ?? 0);
      if (target === -1) next[slot] = viaSuffix;
      else {
        suffix[target] = viaSuffix;
        queue.push(target);
      }
    }
  }
}
