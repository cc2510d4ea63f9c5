import { deflateSync } from "node:zlib";

/** A PDF document of one page whose text is drawn in pieces, as word processors do. `extra` goes into its trailer. */
export function pdfOf(
  pieces: readonly string[],
  options: { readonly extra?: string; readonly info?: string } = {},
): Buffer {
  const shown = pieces.map((piece) => `(${piece.replace(/[()\\]/g, "\\$&")})`).join(" -5 ");
  const content = deflateSync(Buffer.from(`BT /F1 12 Tf 72 720 Td [${shown}] TJ ET`));
  return pdfFrom(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      pdfStream(content, "/Filter /FlateDecode"),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
      `<< /Title (${options.info ?? "untitled"}) >>`,
    ],
    options.extra ?? "",
  );
}

/** An object of bytes. */
export function pdfStream(bytes: Buffer, fields: string): Buffer {
  const start = Buffer.from(`<< /Length ${bytes.length} ${fields} >>\nstream\n`);
  return Buffer.concat([start, bytes, Buffer.from("\nendstream")]);
}

/** A PDF document from its objects, numbered from 1: the catalog first, the properties last. */
export function pdfFrom(objects: readonly (string | Buffer)[], extra = ""): Buffer {
  const pieces: Buffer[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  let length = pieces[0]?.length ?? 0;
  for (const [at, object] of objects.entries()) {
    const piece = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), Buffer.from(object), Buffer.from("\nendobj\n")]);
    offsets.push(length);
    length += piece.length;
    pieces.push(piece);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows}`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R /Info ${objects.length} 0 R ${extra} >>\nstartxref\n${length}\n%%EOF\n`;
  return Buffer.concat([...pieces, Buffer.from(table), Buffer.from(trailer)]);
}
