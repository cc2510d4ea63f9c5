import { readFileSync } from "node:fs";

/** What a bundle was made with; nothing where Keyward runs from its files. Whoever bundles puts it here. */
declare const KEYWARD_VERSION: string | undefined;

/** The version in package.json, which stands beside `src/` and `dist/`. */
export function packageVersion(): string {
  if (typeof KEYWARD_VERSION !== "undefined") return KEYWARD_VERSION;
  const file = new URL("../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
