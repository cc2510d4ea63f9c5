import type { OpenableKind, SealedKind } from "../../core/scan/container-kind.ts";
import type { Opener } from "./opener.ts";

/** Loaded when first needed: a scan that meets no archive pays for none of the libraries. */
export async function openerOf(kind: OpenableKind): Promise<Opener> {
  switch (kind) {
    case "zip":
      return (await import("./open-zip.ts")).openZip;
    case "tar":
      return (await import("./open-tar.ts")).openTar;
    case "gzip":
      return (await import("./open-compressed.ts")).openGzip;
    case "zstd":
      return (await import("./open-compressed.ts")).openZstd;
    case "ar":
      return (await import("./open-ar.ts")).openAr;
    case "notebook":
      return (await import("./open-notebook.ts")).openNotebook;
    case "compound-file":
      return (await import("./open-compound-file.ts")).openCompoundFile;
    case "bzip2":
    case "xz":
    case "sqlite":
    case "pdf":
      return (await import("./open-in-worker.ts")).openerInWorker(kind);
  }
}

/** What is known by sight and cannot be opened. */
export const sealedNames: Readonly<Record<SealedKind, string>> = {
  "7z": "A 7-Zip archive",
  rar: "A RAR archive",
  lz4: "A file compressed with LZ4",
  lzip: "A file compressed with lzip",
  lzma: "A file compressed with LZMA",
  compress: "A file compressed with compress",
  cab: "A cabinet archive",
  rpm: "An RPM package",
};
