/** Reads lines and runs of bytes from a stream of chunks. */
export type ByteReader = {
  /** Up to the next line break, without it, as latin1. Throws when the stream ends before. */
  readonly line: () => Promise<string>;
  /** Exactly so many bytes, in memory of their own. Throws when the stream ends before. */
  readonly bytes: (count: number) => Promise<Buffer>;
};

export function createByteReader(chunks: AsyncIterator<Buffer, void>): ByteReader {
  let chunk: Buffer = Buffer.alloc(0);
  let position = 0;

  const advance = async (): Promise<void> => {
    const { value, done } = await chunks.next();
    if (done === true) throw new Error("The stream ended in the middle of an answer.");
    chunk = value;
    position = 0;
  };

  return {
    line: async () => {
      let text = "";
      for (;;) {
        const end = chunk.indexOf(0x0a, position);
        if (end !== -1) {
          text += chunk.toString("latin1", position, end);
          position = end + 1;
          return text;
        }
        text += chunk.toString("latin1", position);
        await advance();
      }
    },
    bytes: async (count) => {
      const result = Buffer.allocUnsafe(count);
      for (let filled = 0; filled < count;) {
        if (position === chunk.length) await advance();
        const copied = chunk.copy(result, filled, position, position + count - filled);
        filled += copied;
        position += copied;
      }
      return result;
    },
  };
}
