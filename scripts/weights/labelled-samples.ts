import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isIgnored, type Row } from "../../test/bench/labelled-data.ts";
import { featuresAt, humanVariant, openValues, type Sample, type Seen } from "./sample.ts";

/** One in so many true values is also learned from as a password that a person made. */
const humanEvery = 2;
const humanWeight = 0.5;

/** The samples of labelled data: `base` has a `data` folder beside the rows' `meta`. */
export function labelledSamples(base: string, rows: readonly Row[]): readonly Sample[] {
  const byFile = Map.groupBy(rows, (row) => row.path);
  return [...byFile].flatMap(([path, own]) => samplesOf(path, readFileSync(join(base, "data", path), "latin1"), own));
}

/** The samples of one file. Candidates that share a line with a true value but are not it count for nothing. */
function samplesOf(path: string, text: string, rows: readonly Row[]): readonly Sample[] {
  const starts = lineStarts(text);
  return openValues(text, path).flatMap((seen, index): Sample[] => {
    const { line, endLine } = seen;
    const here = rows.filter((row) => row.first <= endLine && line <= row.last);
    const isTrue = here.some((row) => row.isTrue && !isIgnored(row) && holds(row, seen, starts));
    const unsure = !isTrue && here.some((row) => row.isTrue || isIgnored(row));
    const base = { group: path.split("/")[0] ?? "", path, isTrue };
    const sample = { ...base, line, endLine, features: featuresAt(seen), weight: unsure ? 0 : 1 };
    const human = isTrue && index % humanEvery === 0 ? humanVariant(seen, Math.floor(index / humanEvery)) : null;
    return human === null ? [sample] : [sample, { ...base, line: 0, endLine: 0, features: human, weight: humanWeight }];
  });
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Whether the value of a row, if its columns are known, overlaps the candidate. */
function holds(row: Row, { named, view: { text } }: Seen, starts: readonly number[]): boolean {
  if (row.valueStart < 0 || row.first !== row.last) return true;
  const start = starts[row.first - 1] ?? 0;
  const line = text.slice(start, starts[row.first] ?? text.length);
  const chars = Array.from(Buffer.from(line, "latin1").toString("utf8"));
  const bytesTo = (column: number): number => Buffer.byteLength(chars.slice(0, column).join(""));
  const from = start + bytesTo(row.valueStart);
  const to = row.valueEnd < 0 ? start + line.length : start + bytesTo(row.valueEnd);
  return named.start < to && from < named.end;
}
