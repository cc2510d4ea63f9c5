import type { SinkTurns } from "./ports/sinks.ts";

/**
 * Does it, unless somebody is at it; that one looks again afterwards, so that what came meanwhile is not left. `keep` makes sure of the
 * turn before the next step.
 */
export async function inTurn(
  turns: SinkTurns,
  { sink, what }: { readonly sink: string; readonly what: string },
  work: (keep: () => Promise<void>) => Promise<void>,
  isLeft: () => Promise<boolean>,
): Promise<void> {
  do {
    const turn = await turns.take(sink, what);
    if (turn === null) return;
    try {
      await work(turn.keep);
    } finally {
      await turn.giveBack();
    }
  } while (await isLeft());
}
