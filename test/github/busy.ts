/** Counts work that is under way (a push being received, a webhook being sent), so that a test can wait for the end of all of it. */
export class Busy {
  #running = 0;
  #waiting: (() => void)[] = [];
  #last: Promise<unknown> = Promise.resolve();

  /** Counts one piece of work until it ends, well or not, and gives its outcome. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      if (this.#running === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Like `during`, but begins only when everything given to `inTurn` before has ended. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.during(async () => {
      await this.#last;
      return work();
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
