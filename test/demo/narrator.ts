/** Tells what happens as it happens, each line with the time since the start. */
export type Narrator = {
  readonly say: (line: string) => void;
  readonly detail: (line: string) => void;
  readonly heading: (line: string) => void;
};

/** With `quietOutput` the story goes to standard error, so that standard output holds nothing but the JSON at the end. */
export function createNarrator(quietOutput: boolean): Narrator {
  const started = performance.now();
  const stream = quietOutput ? process.stderr : process.stdout;
  const color = stream.isTTY && process.env["NO_COLOR"] === undefined;
  const paint = (code: number, text: string): string => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  const clock = (): string => paint(2, `${((performance.now() - started) / 1000).toFixed(2).padStart(6)} s`);
  return {
    heading: (line) => void stream.write(`\n${paint(1, line)}\n`),
    say: (line) => void stream.write(`${clock()}  ${line}\n`),
    detail: (line) => void stream.write(`          ${paint(2, line)}\n`),
  };
}
