import type { LocalResult } from "../../../flows/scan-local-file.ts";

/** Says on a terminal how far a long scan is. */
export type Progress = {
  readonly add: (result: Pick<LocalResult, "files" | "bytes" | "work">) => void;
  /** Takes the line away, so that something else can be written. */
  readonly clear: () => void;
};

const quietMillis = 1000;
const everyMillis = 200;

/**
 * Says nothing in the first second, nothing where `stream` is no terminal, and then no more than a line five times a second: how much was read and how
 * fast; of `expected` work, how much of it is done and how long the rest will take.
 */
export function createProgress(
  stream: Pick<NodeJS.WriteStream, "isTTY" | "write">,
  now: () => number,
  expected: { readonly work: number } = { work: 0 },
): Progress {
  if (!stream.isTTY) return { add: () => {}, clear: () => {} };
  const started = now();
  let [files, bytes, done, said, isShown] = [0, 0, 0, started + quietMillis - everyMillis, false];
  let begun = started;
  return {
    add: (result) => {
      files += result.files;
      bytes += result.bytes;
      if (result.work !== undefined && done === 0) begun = now();
      done += result.work ?? 0;
      if (now() - said < everyMillis) return;
      said = now();
      isShown = true;
      const rate = (bytes / 1e6 / (said - started)) * 1000;
      const left = leftText(done, expected.work, said - begun);
      stream.write(`\r\x1b[2K${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${rate.toFixed(1)} MB/s${left}`);
    },
    clear: () => {
      if (isShown) stream.write("\r\x1b[2K");
      isShown = false;
    },
  };
}

/** Nothing while there is nothing to tell it by. */
function leftText(done: number, all: number, millis: number): string {
  if (done === 0 || all === 0) return "";
  const seconds = Math.ceil((((all - done) / done) * millis) / 1000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return `, ${Math.floor((100 * done) / all)} %${done < all ? `, ${time} left` : ""}`;
}
