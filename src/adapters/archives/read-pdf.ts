import { getDocumentProxy } from "unpdf";
import { gapOf, type Part, type PartGap, tooLarge } from "./part.ts";

type Document = Awaited<ReturnType<typeof getDocumentProxy>>;
type Page = Awaited<ReturnType<Document["getPage"]>>;

/** Text as it reads, page by page, with links, notes and form fields; the document's properties; and attached files. */
export async function readPdf(bytes: Uint8Array, room: number): Promise<readonly (Part | PartGap)[]> {
  let document: Document;
  try {
    document = await getDocumentProxy(bytes, {
      verbosity: 0,
      useSystemFonts: false,
      disableFontFace: true,
      useWasm: false,
    });
  } catch (error) {
    const isLocked = error instanceof Error && error.name === "PasswordException";
    return [
      isLocked
        ? gapOf("", "encrypted", "A PDF document protected by a password.")
        : gapOf("", "corrupt", "A damaged PDF document; its own bytes were scanned."),
    ];
  }
  const parts: (Part | PartGap)[] = [];
  let left = room;
  for await (const part of partsOf(document)) {
    left -= part.kind === "part" ? part.bytes.length : 0;
    if (left < 0) return [...parts, tooLarge("", room)];
    parts.push(part);
  }
  return parts;
}

async function* partsOf(document: Document): AsyncGenerator<Part | PartGap> {
  yield* attempt("properties", async () => {
    const { info, metadata } = await document.getMetadata();
    const lines = [...Object.entries(info), ...(metadata ?? [])];
    return lines.filter(([, value]) => typeof value === "string").map(([key, value]) => `${key}: ${String(value)}`);
  });
  for (let number = 1; number <= document.numPages; number++) {
    yield* attempt(`page-${number}`, async () => {
      const page = await document.getPage(number);
      const lines = [await textOf(page), ...(await notesOf(page))];
      page.cleanup();
      return lines;
    });
  }
  yield* attachmentsOf(document);
}

async function* attempt(name: string, lines: () => Promise<readonly string[]>): AsyncGenerator<Part | PartGap> {
  try {
    const text = (await lines()).filter((line) => line !== "").join("\n");
    if (text !== "") yield { kind: "part", name, bytes: Buffer.from(text) };
  } catch {
    // pdf.js's messages can quote content.
    yield gapOf(name, "corrupt", "This part of the PDF document is damaged.");
  }
}

async function textOf(page: Page): Promise<string> {
  const { items } = await page.getTextContent();
  return items.map((item) => ("str" in item ? `${item.str}${item.hasEOL ? "\n" : ""}` : "")).join("");
}

async function notesOf(page: Page): Promise<readonly string[]> {
  const annotations: readonly Record<string, unknown>[] = await page.getAnnotations();
  return annotations.flatMap(({ url, unsafeUrl, contentsObj, fieldName, fieldValue }) => [
    text(url ?? unsafeUrl),
    text(typeof contentsObj === "object" && contentsObj !== null && "str" in contentsObj ? contentsObj.str : ""),
    text(fieldValue) === "" ? "" : `${text(fieldName)}: ${text(fieldValue)}`,
  ]);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

async function* attachmentsOf(document: Document): AsyncGenerator<Part | PartGap> {
  try {
    const attachments: unknown = await document.getAttachments();
    for (const attached of Object.values(attachments ?? {})) {
      const { filename, content } = attached as { readonly filename?: unknown; readonly content?: unknown };
      if (content instanceof Uint8Array) yield { kind: "part", name: text(filename) || "attachment", bytes: content };
    }
  } catch {
    yield gapOf("attachments", "corrupt", "The PDF document's list of attached files is damaged.");
  }
}
