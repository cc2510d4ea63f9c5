// Whether the bundle of `keyward scan` is made of what stands here. Plain JavaScript: it runs before anything else does.
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";

/** What a bundle is made of besides its modules, the rules and the kernels: the version, and which libraries are installed. */
const others = ["package.json", "node_modules/.package-lock.json"];

/** Everything that a bundle is made of, with the rules and kernels that are there now. */
function inputsOf(top, modules) {
  return [...modules, ...others, ...filesIn(top, "kernels", ".wasm"), ...filesIn(top, "patterns", ".toml")];
}

function filesIn(top, folder, end) {
  const names = readdirSync(`${top}/${folder}`).filter((name) => name.endsWith(end));
  return names.sort().map((name) => `${folder}/${name}`);
}

/** A hash over names and content. Throws when a file cannot be read. */
export function stateOf(top, modules) {
  // Loaded here: it takes longer than all the rest that comes before a start.
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  for (const file of inputsOf(top, modules)) {
    const content = readFileSync(`${top}/${file}`);
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** Names, and what the system says of the files: one that is written to has another time of change, whatever its writer does. */
function stampsOf(top, modules) {
  let stamps = "";
  for (const file of inputsOf(top, modules)) {
    const { size, mtimeMs, ctimeMs, ino } = statSync(`${top}/${file}`);
    stamps += `${file} ${size} ${mtimeMs} ${ctimeMs} ${ino}\n`;
  }
  return stamps;
}

/**
 * Whether the bundle in `folder` may run: what it was made of stands in `top`, to the byte, or there are no sources that it could be older than. Files that
 * were not touched since somebody looked are not read again.
 */
export function isFresh(folder, top) {
  try {
    if (!existsSync(`${top}/src`)) return existsSync(`${folder}/inputs.json`);
    const { state, modules } = JSON.parse(readFileSync(`${folder}/inputs.json`, "utf8"));
    // First the stamps: what is changed while the content is read has other ones then.
    const stamps = stampsOf(top, modules);
    if (stamps === textOf(`${folder}/stamps`)) return true;
    if (state !== stateOf(top, modules)) return false;
    keep(`${folder}/stamps`, stamps);
    return true;
  } catch {
    // There is no bundle, or something that it was made of is gone.
    return false;
  }
}

function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Nobody has looked yet.
    return null;
  }
}

function keep(file, text) {
  try {
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // Who may not write there looks at the content every time.
  }
}
