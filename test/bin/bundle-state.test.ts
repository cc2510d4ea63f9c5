import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { isFresh, stateOf } from "../../bin/bundle-state.js";

const modules = ["src/a.ts", "src/b.ts"];
let top = "";
const write = (path: string, text: string): void => {
  mkdirSync(join(top, path, ".."), { recursive: true });
  writeFileSync(join(top, path), text);
};
const stamps = (): string => readFileSync(join(top, "dist/bundle/stamps"), "utf8");
const fresh = (): boolean => isFresh(join(top, "dist/bundle"), top);

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "keyward-bundle-state-"));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  for (const path of [...modules, "package.json", "kernels/scan.wasm", "node_modules/.package-lock.json"])
    write(path, `content of ${path}`);
  write("patterns/acme.toml", "a = 1");
  write("dist/bundle/inputs.json", JSON.stringify({ state: stateOf(top, modules), modules }));
});

test("a bundle of what is there is fresh, also when nobody looks at the content again", () => {
  expect(fresh()).toBe(true);
  const before = stamps();
  expect(fresh()).toBe(true);
  expect(stamps()).toBe(before);
});

test.each([...modules, "package.json", "kernels/scan.wasm", "node_modules/.package-lock.json", "patterns/acme.toml"])(
  "a change of %s makes it stale, though size and time stay the same, and a change back fresh",
  (path) => {
    expect(fresh()).toBe(true);
    const was = readFileSync(join(top, path), "utf8");
    const time = new Date(1_700_000_000_000);
    utimesSync(join(top, path), time, time);
    expect(fresh()).toBe(true);
    write(path, `${was.slice(0, -1)}#`);
    utimesSync(join(top, path), time, time);
    expect(fresh()).toBe(false);
    expect(fresh()).toBe(false);
    write(path, was);
    expect(fresh()).toBe(true);
  },
);

test.each([
  ["a new file of rules", () => write("patterns/new.toml", "b = 2")],
  ["a new kernel", () => write("kernels/more.wasm", "")],
  ["a file of rules that is gone", () => rmSync(join(top, "patterns/acme.toml"))],
  ["a module that is gone", () => rmSync(join(top, "src/b.ts"))],
  ["a list that is cut off", () => write("dist/bundle/inputs.json", '{"state"')],
  ["no bundle at all", () => rmSync(join(top, "dist"), { recursive: true })],
])("%s makes it stale", (_, change) => {
  expect(fresh()).toBe(true);
  change();
  expect(fresh()).toBe(false);
});

test("a copy of everything is fresh, though every file has another time", () => {
  expect(fresh()).toBe(true);
  const copy = mkdtempSync(join(tmpdir(), "keyward-bundle-state-"));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(top, copy, { recursive: true });
  top = copy;
  const before = stamps();
  expect(fresh()).toBe(true);
  expect(stamps()).not.toBe(before);
});

test("without sources there is nothing it could be older than", () => {
  rmSync(join(top, "src"), { recursive: true });
  expect(fresh()).toBe(true);
});
