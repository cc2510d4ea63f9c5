import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the kernels that are committed are those that `npm run build:kernels` makes", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const folder = mkdtempSync(join(tmpdir(), "keyward-kernels-"));
  const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
  const commands = (scripts["build:kernels"] ?? "").split(" && ").map((command) => command.split(" ").slice(1));
  try {
    for (const words of commands) {
      const made = join(folder, "made.wasm");
      execFileSync(process.execPath, [compiler, ...words.slice(0, -1), made], { cwd: root });
      expect(readFileSync(made).equals(readFileSync(join(root, words.at(-1) ?? "")))).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
