import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Buildah } from "./buildah.ts";

const run = promisify(execFile);

/** The images a build stands on: the one that is run, and the one with npm that it is made on. */
export type Bases = { readonly base: string; readonly buildBase: string };

/** What a machine behind a proxy that ends TLS trusts beside the public authorities; npm asks the registry through it. */
const trusted = "/etc/ssl/certs/ca-certificates.crt";

const debian = "FROM scratch\nADD debian.tar /\n";

const withNpm = `FROM localhost/keyward-base
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca.crt ${trusted}
ENV NODE_EXTRA_CA_CERTS=${trusted}
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && npm --version
`;

/**
 * Makes both without any registry of images: Debian by mmdebstrap from the packages this machine has access to, and on it the Node
 * and the npm that run this script, laid out as in `node:24-bookworm-slim`.
 */
export async function makeLocalBases(buildah: Buildah, directory: string): Promise<Bases> {
  await run("mmdebstrap", ["--quiet", "--variant=minbase", "bookworm", join(directory, "debian.tar")]).catch(
    (error: unknown) => {
      throw new Error("no base was made: `apt-get install mmdebstrap`, or give --base and --build-base", {
        cause: error,
      });
    },
  );
  const npm = process.env["npm_execpath"];
  if (npm === undefined) throw new Error("start this by `npm run test:image`, so that it knows which npm there is");
  const context = join(directory, "with-npm");
  mkdirSync(context);
  cpSync(process.execPath, join(context, "node"));
  cpSync(join(npm, "../.."), join(context, "npm"), { recursive: true });
  if (existsSync(trusted)) cpSync(trusted, join(context, "ca.crt"));
  else writeFileSync(join(context, "ca.crt"), "");
  await buildah.build({ tag: "localhost/keyward-base", file: write(directory, debian), context: directory });
  await buildah.build({ tag: "localhost/keyward-build-base", file: write(context, withNpm), context });
  return { base: "localhost/keyward-base", buildBase: "localhost/keyward-build-base" };
}

function write(directory: string, text: string): string {
  const file = join(directory, "Containerfile");
  writeFileSync(file, text);
  return file;
}
