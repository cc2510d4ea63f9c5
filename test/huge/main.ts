/**
 * What a tree can be at its worst: `npm run test:huge -- [--files N] [--keep]` makes it under $TMPDIR (some gigabytes, a million files), runs the real command
 * on it, and fails when it took more time or memory than it may, said that all was well where something was not read, or missed what it could read.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { newToken } from "../support/tokens.ts";

const { files, keep } = new Command("npm run test:huge --")
  .option("--files <n>", "how many tiny files", Number, 1_000_000)
  .option("--keep", "leave everything there")
  .parse()
  .opts<{ files: number; keep?: true }>();

const bin = fileURLToPath(new URL("../../bin/keyward.js", import.meta.url));
const megabyte = 2 ** 20;
/** What a scan of a tree may hold, whatever the tree. */
const mostMegabytes = 250;

type Outcome = {
  readonly code: number | null;
  readonly findings: readonly string[];
  readonly told: string;
  readonly seconds: number;
  readonly peakMegabytes: number;
};

type Case = {
  readonly what: string;
  /** Fills a directory and gives the words of the scan. */
  readonly make: (directory: string) => readonly string[] | Promise<readonly string[]>;
  readonly code: 0 | 1 | 2;
  /** Paths of what is found, below the directory. */
  readonly finds: readonly string[];
  /** Stands in what is said of the scan. */
  readonly says: string;
  readonly mostSeconds: number;
  readonly mostMegabytes?: number;
};

const tokenFile = (directory: string, name = "found.env"): void =>
  writeFileSync(join(directory, name), `KEY=${newToken()}\n`);

const cases: readonly Case[] = [
  {
    what: "a file of 1 GB",
    make: (directory) => {
      const file = openSync(join(directory, "huge.bin"), "w");
      ftruncateSync(file, 2 ** 30);
      closeSync(file);
      tokenFile(directory);
      return [];
    },
    code: 2,
    finds: ["found.env"],
    says: "huge.bin: It has 1073741824 bytes",
    mostSeconds: 30,
  },
  {
    what: "one line of 200 MB",
    make: (directory) => {
      oneLine(join(directory, "line.txt"), 200 * megabyte);
      tokenFile(directory);
      return [];
    },
    code: 2,
    finds: ["found.env"],
    says: "line.txt: It has",
    mostSeconds: 30,
  },
  {
    what: "one line of 200 MB that is to be read",
    make: (directory) => {
      oneLine(join(directory, "line.txt"), 200 * megabyte);
      return ["--max-bytes", String(300 * megabyte)];
    },
    code: 1,
    finds: ["line.txt"],
    says: "1 credential found",
    mostSeconds: 120,
    // The bytes, their text, and the memory of the kernels.
    mostMegabytes: mostMegabytes + 4 * 200,
  },
  {
    what: `${files} tiny files, half of them in one directory`,
    make: (directory) => {
      tinyFiles(directory, files);
      return [];
    },
    code: 1,
    finds: ["many/last.env", "tree/9/9/last.env"],
    says: "2 credentials found",
    mostSeconds: Math.max(60, files / 2500),
  },
  {
    what: "a directory 1,500 deep, further than a path can say",
    make: (directory) => {
      execFileSync(
        "sh",
        ["-c", "i=0; while [ $i -lt 1500 ]; do mkdir deeper; cd -P deeper || exit 1; i=$((i+1)); done"],
        { cwd: directory },
      );
      tokenFile(directory);
      return [];
    },
    code: 2,
    finds: ["found.env"],
    says: "Its path is too long.",
    mostSeconds: 60,
  },
  {
    what: "pipes, sockets, devices, links round in a circle",
    make: async (directory) => {
      await special(directory);
      tokenFile(directory);
      return [];
    },
    code: 1,
    finds: ["found.env"],
    says: "not opened",
    mostSeconds: 30,
  },
  {
    what: "a pipe that is named",
    make: async (directory) => {
      await special(directory);
      return ["pipe"];
    },
    code: 2,
    finds: [],
    says: "It is a pipe",
    mostSeconds: 30,
  },
];

/** Words without a line break, and a credential at the end. */
function oneLine(path: string, bytes: number): void {
  const words = Buffer.from("the quick brown fox jumps over { lazy: dogs } while = reading(files); ".repeat(16_384));
  const file = openSync(path, "w");
  for (let written = 0; written < bytes; written += words.length) writeSync(file, words);
  writeSync(file, ` KEY=${newToken()} `);
  closeSync(file);
}

function tinyFiles(directory: string, count: number): void {
  mkdirSync(join(directory, "many"));
  for (let at = 0; at < count / 2; at++) writeFileSync(join(directory, "many", `file-${at}.txt`), "nothing\n");
  tokenFile(directory, "many/last.env");
  for (let at = 0; at < 100; at++) {
    const folder = join(directory, "tree", String(Math.floor(at / 10)), String(at % 10));
    mkdirSync(folder, { recursive: true });
    for (let file = 0; file < count / 200; file++) writeFileSync(join(folder, `${file}.txt`), "nothing\n");
  }
  tokenFile(directory, "tree/9/9/last.env");
}

async function special(directory: string): Promise<void> {
  execFileSync("mkfifo", [join(directory, "pipe")]);
  const server = createServer().listen(join(directory, "socket")).unref();
  await once(server, "listening");
  symlinkSync("/dev/zero", join(directory, "device"));
  symlinkSync(".", join(directory, "circle"));
}

function scan(cwd: string, words: readonly string[]): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, "scan", "--format", "jsonl", ...words], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, told, peakMegabytes] = ["", "", 0];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
  const poll = setInterval(() => (peakMegabytes = peakOf(child.pid) ?? peakMegabytes), 20);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(poll);
      const lines = out.split("\n").filter((line) => line !== "");
      const findings = lines.map((line) => (JSON.parse(line) as { path: string }).path);
      resolve({ code, findings, told, seconds: (performance.now() - started) / 1000, peakMegabytes });
    });
  });
}

/** The most memory a process has held so far; null where the system does not tell, or it has ended. */
function peakOf(pid: number | undefined): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}

function faultsOf(one: Case, outcome: Outcome): readonly string[] {
  const most = one.mostMegabytes ?? mostMegabytes;
  return [
    ...(outcome.code === one.code ? [] : [`exit code ${outcome.code} instead of ${one.code}`]),
    ...(outcome.findings.join() === one.finds.join() ? [] : [`found in "${outcome.findings.join()}"`]),
    ...(outcome.told.includes(one.says) ? [] : [`does not say "${one.says}": ${outcome.told.slice(0, 300)}`]),
    ...(outcome.seconds <= one.mostSeconds ? [] : [`${outcome.seconds.toFixed(0)} s instead of ${one.mostSeconds}`]),
    ...(outcome.peakMegabytes <= most ? [] : [`${outcome.peakMegabytes.toFixed(0)} MB instead of ${most}`]),
  ];
}

const rows: Record<string, object> = {};
let failed = false;
for (const one of cases) {
  const directory = mkdtempSync(join(tmpdir(), "keyward-huge-"));
  try {
    const words = await one.make(directory);
    const outcome = await scan(directory, words);
    const faults = faultsOf(one, outcome);
    failed ||= faults.length > 0;
    const { code, seconds, peakMegabytes } = outcome;
    rows[one.what] = {
      exit: code,
      seconds: seconds.toFixed(1),
      "peak MB": peakMegabytes.toFixed(0),
      faults: faults.join("; "),
    };
  } finally {
    if (keep !== true) rmSync(directory, { recursive: true, force: true });
  }
}
console.table(rows);
process.exitCode = failed ? 1 : 0;
