import type { FileContent } from "./read-file.ts";

/** Reads a stream to its end, or to where it becomes too large. */
export async function readStream(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<FileContent> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) {
      const detail = `It has more than the ${maxBytes} bytes up to which content is read (--max-bytes).`;
      return { kind: "unread", reason: "too-large", detail };
    }
    chunks.push(chunk);
  }
  return { kind: "read", bytes: Buffer.concat(chunks) };
}
