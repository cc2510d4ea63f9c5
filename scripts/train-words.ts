/**
 * Makes `src/core/scan/word-model.json` from the text of source trees given by path:
 *
 *     node scripts/train-words.ts TREE...
 *
 * A word is taken when it occurs in several files of several folders, so that names of one project and stray letters of encoded
 * data stay out. The committed model was made from the source of git 2.39, symfony 5.4, Python 3's library and this repository's node_modules.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const wordLimit = 9000;
const alphabet = 27;
const surpriseStep = 0.25;
const textFile = /\.(?:c|h|ts|js|mjs|py|rb|php|go|java|cs|sh|pl|txt|md|rst|adoc|yml|yaml|json|html|xml|twig)$/;

type Count = { files: number; trees: Set<string> };

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile() && textFile.test(entry.name) && statSync(path).size < 400_000) yield path;
  }
}

/** The words of a text: letters of identifiers, divided at camelCase, in lower case. */
function* wordsOf(text: string): Generator<string> {
  for (const [run] of text.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)) {
    if (run.length >= 3 && run.length <= 14) yield run.toLowerCase();
  }
}

function countWords(trees: readonly string[]): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const tree of trees) {
    for (const path of filesBelow(tree)) {
      const folder = path
        .split("/")
        .slice(0, tree.split("/").length + 2)
        .join("/");
      for (const word of new Set(wordsOf(readFileSync(path, "latin1")))) {
        const count = counts.get(word) ?? { files: 0, trees: new Set() };
        count.files += 1;
        if (count.trees.size < 3) count.trees.add(folder);
        counts.set(word, count);
      }
    }
  }
  return counts;
}

function chosenWords(counts: Map<string, Count>): string[] {
  return [...counts]
    .filter(([word, { files, trees }]) => files >= (/[aeiouy]/.test(word) ? 4 : 60) && trees.size >= 3)
    .sort((a, b) => b[1].files - a[1].files)
    .slice(0, wordLimit)
    .map(([word]) => word)
    .sort();
}

function packWords(words: readonly string[]): string {
  let last = "";
  const packed = words.map((word) => {
    let same = 0;
    while (same < 25 && same < last.length && last[same] === word[same]) same++;
    last = word;
    return String.fromCharCode(65 + same) + word.slice(same);
  });
  return packed.join(" ");
}

/** -log2 of each letter after the two before it (0 stands before the first), in quarter bits, as characters from `#`. */
function packSurprise(counts: Map<string, Count>): string {
  const seen = new Float64Array(alphabet ** 3);
  for (const [word, { files, trees }] of counts) {
    if (trees.size < 2) continue;
    let two = 0;
    let one = 0;
    for (const char of word) {
      const letter = char.charCodeAt(0) - 96;
      const at = (two * alphabet + one) * alphabet + letter;
      seen[at] = (seen[at] ?? 0) + Math.log2(1 + files);
      two = one;
      one = letter;
    }
  }
  let packed = "";
  for (let context = 0; context < alphabet ** 2; context++) {
    const row = seen.subarray(context * alphabet, (context + 1) * alphabet);
    const total = row.reduce((sum, count) => sum + count + 0.5, 0);
    for (const count of row) {
      const bits = -Math.log2((count + 0.5) / total);
      packed += String.fromCharCode(35 + Math.min(56, Math.round(bits / surpriseStep))).replace("\\", "]");
    }
  }
  return packed;
}

const trees = process.argv.slice(2);
if (trees.length === 0) throw new Error("expected the folders of source trees as arguments, found none");
const counts = countWords(trees);
const words = chosenWords(counts);
const target = new URL("../src/core/scan/word-model.json", import.meta.url);
writeFileSync(target, `${JSON.stringify({ words: packWords(words), surprise: packSurprise(counts) }, null, 2)}\n`);
console.log(`${words.length} words from ${counts.size}`);
