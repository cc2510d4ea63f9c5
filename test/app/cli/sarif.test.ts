import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { expect, test } from "vitest";
import * as z from "zod";
import { runKeyward, runProgram, testDirectory } from "../../support/keyward-cli.ts";
import { newToken } from "../../support/tokens.ts";

// OASIS's schema, errata 01. It is written in draft 4 of JSON Schema, of which it uses nothing that draft 7 takes otherwise but `id`.
const file = new URL("sarif-schema-2.1.0.json", import.meta.url);
const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
const ajv = new Ajv({ strict: false });
formats.default(ajv);
const validate = ajv.compile(schema);

const result = z.looseObject({ ruleId: z.string(), ruleIndex: z.number(), locations: z.array(z.looseObject({})) });
const log = z.object({
  runs: z.tuple([
    z.looseObject({
      tool: z.object({ driver: z.looseObject({ rules: z.array(z.looseObject({ id: z.string() })) }) }),
      originalUriBaseIds: z.record(z.string(), z.object({ uri: z.string() })),
      invocations: z.tuple([z.looseObject({ executionSuccessful: z.boolean() })]),
      results: z.array(result),
    }),
  ]),
});

test("SARIF output is valid, and points into the repository", async () => {
  const directory = testDirectory();
  const token = newToken();
  await runProgram("git", ["init", "--quiet"], directory);
  mkdirSync(join(directory, "sub", "a b"), { recursive: true });
  writeFileSync(join(directory, "sub", "a b", "é#.js"), `\n𝒳 = "${token}";\n`);
  writeFileSync(join(directory, "sub", "log.gz"), gzipSync(newToken()));
  const { code, stdout } = await runKeyward(join(directory, "sub"), ["scan", "--format", "sarif", ".", "gone"]);
  expect(code).toBe(2);
  const report: unknown = JSON.parse(stdout);
  validate(report);
  expect(validate.errors).toBeNull();
  const [run] = log.parse(report).runs;
  expect(run.originalUriBaseIds).toEqual({ "%SRCROOT%": { uri: `file://${directory}/` } });
  expect(run.invocations).toMatchObject([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [{ message: { text: expect.stringContaining("no such file") as unknown } }],
    },
  ]);
  expect(run.tool.driver.rules).toMatchObject([
    {
      id: "github-personal-access-token",
      helpUri: expect.stringMatching(/^https:\/\/docs\.github\.com\/.*token-formats$/),
      help: { text: expect.any(String), markdown: expect.stringContaining("- <https://github.blog/") },
      properties: { "security-severity": "9.5", precision: "high", tags: ["security", "secret"] },
    },
  ]);
  const [first, second] = run.results;
  expect(first?.locations).toEqual([
    {
      physicalLocation: {
        artifactLocation: { uri: "sub/a%20b/%C3%A9%23.js", uriBaseId: "%SRCROOT%" },
        region: { startLine: 2, startColumn: 7, endLine: 2, endColumn: 47, byteOffset: 9, byteLength: 40 },
      },
    },
  ]);
  expect(second?.locations).toEqual([
    {
      physicalLocation: {
        artifactLocation: { uri: "sub/log.gz", uriBaseId: "%SRCROOT%" },
        region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
      },
      logicalLocations: [{ fullyQualifiedName: "log.gz!/log", kind: "resource" }],
    },
  ]);
  expect(stdout).not.toContain(token);
});

test("SARIF of nothing is valid", async () => {
  const directory = testDirectory();
  const { code, stdout } = await runKeyward(directory, ["scan", "--format", "sarif"]);
  validate(JSON.parse(stdout));
  expect({ code, errors: validate.errors }).toEqual({ code: 0, errors: null });
});
