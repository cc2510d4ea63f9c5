import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { mostReused } from "../../src/adapters/files/read-file.ts";
import { loadDefaultRules } from "../../src/adapters/files/rule-files.ts";
import { composeEngine } from "../../src/app/compose-engine.ts";
import { composeFileReader } from "../../src/app/compose-file-reader.ts";
import { chooseDetectors } from "../../src/core/scan/generic/choose-detectors.ts";
import { testDirectory } from "../support/keyward-cli.ts";
import { newToken } from "../support/tokens.ts";

const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
const engine = composeEngine(loadDefaultRules().ruleSet, detectors)(() => "");
const reader = (archives: boolean) => composeFileReader(engine, { maxBytes: 8 * mostReused, archives });

const line = (text: string): string => `${text}\n`;
const token = (): string => line(`const key = "${newToken()}";`);
const wide = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);

/** Names, and what is in them. */
const files: Readonly<Record<string, string | Buffer>> = {
  "empty.txt": "",
  "prose.txt": line("There is nothing here.").repeat(50),
  "token.js": token(),
  "wide.txt": wide(token()),
  "packed.gz": gzipSync(token()),
  "large.txt": line("There is nothing here.").repeat(mostReused / 20),
  "large.js": token() + line("There is nothing here.").repeat(mostReused / 20),
  "edge.txt": "a".repeat(mostReused - 1),
  "beyond.txt": "a".repeat(mostReused),
  "encoded.txt": line(Buffer.from(token()).toString("base64")),
  "na\u00efve.txt": line("nothing"),
  ".npmrc": line("registry=https://registry.example/"),
};

test.each([true, false])(
  "a file is bare only where the scanner finds nothing, otherwise it is read whole (archives: %s)",
  (archives) => {
    const directory = testDirectory();
    const read = reader(archives);
    const bare: string[] = [];
    // Twice: nothing of what was there before may be seen.
    for (const [name, content] of [...Object.entries(files), ...Object.entries(files).reverse()]) {
      const file = join(directory, name);
      writeFileSync(file, content);
      const bytes = Buffer.from(content);
      const ready = read(name, Buffer.from(file).toString("latin1"));
      const expected = engine.scan({ path: name, bytes });
      if (ready.kind === "bare") bare.push(name);
      const isWhole =
        ready.kind === "read" ? bytes.equals(ready.bytes) : ready.kind === "bare" && ready.size === bytes.length;
      const { matches, gaps } =
        ready.kind === "read" ? engine.scan({ path: name, bytes: ready.bytes }) : { matches: [], gaps: [] };
      expect({ name, isWhole, matches, gaps }).toEqual({
        name,
        isWhole: true,
        matches: expected.matches,
        gaps: expected.gaps,
      });
      // Other texts were looked at meanwhile.
      expect(ready.kind === "read" ? bytes.equals(ready.bytes) : isWhole).toBe(true);
    }
    expect(bare).toContain("prose.txt");
    expect(bare).toContain("large.txt");
    expect(bare.includes("packed.gz")).toBe(!archives);
  },
);

test("what was seen of a text is known only of that text", () => {
  const first = Buffer.from(token());
  const second = Buffer.from(token() + token());
  const left = engine.unlessBare({ path: "a.js", bytes: first }, (bytes) => Buffer.from(bytes));
  expect(left?.bytes).toEqual(first);
  expect(engine.scan({ path: "b.js", bytes: second }).matches).toHaveLength(2);
  expect(engine.scan({ path: "a.js", bytes: left?.bytes ?? second }).matches).toHaveLength(1);
});

test("what is no file, and what points to another place, is told", () => {
  const directory = testDirectory();
  const read = reader(true);
  mkdirSync(join(directory, "folder"));
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a1".repeat(32)}\nsize 12345\n`;
  writeFileSync(join(directory, "large.bin"), pointer);
  expect(read("folder", join(directory, "folder"))).toMatchObject({ kind: "unread", reason: "unreadable" });
  expect(read("missing", join(directory, "missing"))).toMatchObject({ kind: "unread", reason: "unreadable" });
  expect(read("large.bin", join(directory, "large.bin"))).toMatchObject({ kind: "unread", reason: "lfs-pointer" });
});

test("a text on which the engine fails costs itself", () => {
  const directory = testDirectory();
  writeFileSync(join(directory, "a"), "a");
  const cause = new RangeError("no memory");
  const read = composeFileReader(
    {
      roomFor: (size) => new Uint8Array(size),
      unlessBare: () => {
        throw cause;
      },
    },
    { maxBytes: 100, archives: true },
  );
  expect(read("a", join(directory, "a"))).toEqual({ kind: "failed", cause });
});
