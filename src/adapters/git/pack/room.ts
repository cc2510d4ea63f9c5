/** Memory for objects, used again and again. What came from elsewhere may be released too; nothing comes of it. */
export type Room = { readonly take: (size: number) => Buffer; readonly release: (bytes: Buffer) => void };

/** So many pieces are kept for the next. */
const mostKept = 4;
const least = 4096;

export function createRoom(): Room {
  const free: Buffer[] = [];
  const own = new WeakSet<ArrayBufferLike>();
  return {
    take: (size) => {
      const at = free.findIndex((piece) => piece.length >= size);
      const [piece = Buffer.allocUnsafeSlow(Math.max(least, size + (size >> 2)))] = at < 0 ? [] : free.splice(at, 1);
      own.add(piece.buffer);
      return piece.subarray(0, size);
    },
    release: (bytes) => {
      if (!own.has(bytes.buffer)) return;
      free.push(Buffer.from(bytes.buffer, 0, bytes.buffer.byteLength));
      free.sort((a, b) => a.length - b.length);
      if (free.length > mostKept) free.shift();
    },
  };
}
