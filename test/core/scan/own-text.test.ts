import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ownText } from "../../../src/core/scan/own-text.ts";

test("it is the same text", () => {
  for (const text of ["", "a", "name_of_something_long", "é".repeat(40)]) expect(ownText(text)).toBe(text);
});

test("names that are remembered do not keep alive the files they stand in", () => {
  const names = fileURLToPath(new URL("../../../src/core/scan/generic/credential-names.ts", import.meta.url));
  // Four hundred texts of half a megabyte, a name in each.
  const program = `
    const { meaningOfName } = await import(${JSON.stringify(names)});
    for (let at = 0; at < 400; at++) {
      const text = Buffer.alloc(2 ** 19, \`some_name_\${at}_of_a_secret = \`).toString("latin1");
      meaningOfName(text.slice(0, text.indexOf(" ")));
    }
    gc();
    console.log(Math.round(process.memoryUsage().heapUsed / 2 ** 20));
  `;
  const args = ["--expose-gc", "--input-type=module", "-e", program];
  expect(Number(execFileSync(process.execPath, args, { encoding: "utf8" }))).toBeLessThan(100);
});
