import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("../../../", import.meta.url));
const source = fileURLToPath(new URL("../../", import.meta.url));

/** What a bundle was made of; nothing where Keyward runs from its files. Whoever bundles puts it here. */
declare const KEYWARD_STATE: string | undefined;

/** The code that decides what a scan finds, from the bytes of a file on. */
const folders = [join(source, "core/scan"), join(source, "adapters/archives"), join(source, "adapters/engine")];
const kernel = join(top, "kernels/scan.wasm");

/** A hash over the scan engine as it is installed: another one with every release that changes it, however it is built. */
export function engineState(): string {
  if (typeof KEYWARD_STATE !== "undefined") return KEYWARD_STATE;
  const hash = createHash("sha256");
  const inFolders = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort(),
  );
  for (const file of [...inFolders, kernel]) {
    const bytes = readFileSync(file);
    hash.update(`${bytes.length}\n`).update(bytes);
  }
  // Libraries stand there with their exact versions.
  const { dependencies } = JSON.parse(readFileSync(join(top, "package.json"), "utf8")) as { dependencies?: object };
  hash.update(JSON.stringify(dependencies));
  return hash.digest("hex");
}
