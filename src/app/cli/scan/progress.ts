import type { LocalResult } from "../../../flows/scan-local-file.ts";

/** Says on a terminal how far a long scan is. */
export type Progress = {
  readonly add: (result: Pick<LocalResult, "files" | "bytes">) => void;
  /** Takes the line away, so that something else can be written. */
  readonly clear: () => void;
};

const quietMillis = 1000;
const everyMillis = 200;

/** Says nothing in the first second, nothing where `stream` is no terminal, and then no more than a line five times a second. */
export function createProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  if (!stream.isTTY) return { add: () => {}, clear: () => {} };
  const started = now();
  let [files, bytes, said, isShown] = [0, 0, started + quietMillis - everyMillis, false];
  return {
    add: (result) => {
      files += result.files;
      bytes += result.bytes;
      if (now() - said < everyMillis) return;
      said = now();
      isShown = true;
      const rate = (bytes / 1e6 / (said - started)) * 1000;
      stream.write(`\r\x1b[2K${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${rate.toFixed(1)} MB/s`);
    },
    clear: () => {
      if (isShown) stream.write("\r\x1b[2K");
      isShown = false;
    },
  };
}
