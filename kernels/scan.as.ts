// The scanner's kernels, in AssemblyScript. `npm run build:kernels` compiles them to scan.wasm, which is committed.
export { useNames } from "./providers.as";
export { useSurprise } from "./opaque.as";
export { useWords } from "./kinds.as";
export { learnPair, learnRun, useLessons } from "./lessons.as";
export { useTables, findWords, found } from "./words.as";
export { encodings, dotted, opaque } from "./encodings.as";
