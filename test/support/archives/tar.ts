import { packTar } from "modern-tar";

/** A tar archive of texts or bytes by name. */
export async function tarOf(entries: Readonly<Record<string, string | Uint8Array>>): Promise<Buffer> {
  const packed = await packTar(
    Object.entries(entries).map(([name, content]) => {
      const body = Buffer.from(content);
      return { header: { name, size: body.length }, body };
    }),
  );
  return Buffer.from(packed);
}
