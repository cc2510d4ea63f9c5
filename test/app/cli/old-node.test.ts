import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { keywardBin, runProgram, testDirectory } from "../../support/keyward-cli.ts";

const asNode20 = `data:text/javascript,${encodeURIComponent(
  'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })',
)}`;

test.runIf(process.platform !== "win32")(
  "on an older Node without the one that npm ci brings it says what to do",
  async () => {
    const directory = testDirectory();
    cpSync(dirname(keywardBin), join(directory, "bin"), { recursive: true });
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
    const start = ["--import", asNode20, join(directory, "bin", "keyward.js"), "scan"];
    const without = await runProgram(process.execPath, start, directory);
    expect(without).toMatchObject({ code: 2, stdout: "" });
    expect(without.stderr).toMatch(/^keyward: Keyward needs Node 24; .* Run npm ci, without --omit=optional\.\n$/);
    const bundled = join(directory, "node_modules", ".bin", "node");
    mkdirSync(dirname(bundled), { recursive: true });
    writeFileSync(bundled, "");
    chmodSync(bundled, 0o644);
    const broken = await runProgram(process.execPath, start, directory);
    expect(broken).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^keyward: The Node that comes with Keyward/),
    });
  },
);
