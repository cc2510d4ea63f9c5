import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What an image says of how it wants to be run. */
export type ImageConfig = {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Volumes: Readonly<Record<string, object>>;
  readonly Healthcheck?: { readonly Test: readonly string[] };
};

export type Build = {
  readonly tag: string;
  readonly file: string;
  readonly context: string;
  readonly args?: Readonly<Record<string, string>>;
};

/** buildah with a store of images of its own. */
export type Buildah = {
  readonly build: (build: Build) => Promise<void>;
  readonly configOf: (image: string) => Promise<ImageConfig>;
  /** Brings an image in from a file, `docker-archive:x.tar` or `oci-archive:x.tar`, or a registry; gives its name here. */
  readonly pull: (source: string) => Promise<string>;
  /** The directory in which all files of the image can be seen, until the end. */
  readonly mount: (image: string) => Promise<string>;
  /** Forgets what was mounted and every image. */
  readonly end: () => Promise<void>;
};

/** Keeps its store in a directory that has to be there. */
export function createBuildah(directory: string): Buildah {
  const store = ["--root", join(directory, "store"), "--runroot", join(directory, "run")];
  // Works where no container can be started inside of another.
  const env = { BUILDAH_ISOLATION: "chroot", ...process.env };
  const buildah = async (...args: string[]): Promise<string> => {
    const { stdout } = await run("buildah", [...store, ...args], { env, maxBuffer: 1 << 28 });
    return stdout.trim();
  };
  return {
    build: async ({ tag, file, context, args = {} }) => {
      const given = Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
      await buildah("bud", "--format", "docker", ...given, "--tag", tag, "--file", file, context);
    },
    configOf: async (image) => {
      const text = await buildah("inspect", "--type", "image", image);
      return (JSON.parse(text) as { readonly Docker: { readonly config: ImageConfig } }).Docker.config;
    },
    pull: (source) => buildah("pull", source),
    mount: async (image) => buildah("mount", await buildah("from", "--pull-never", image)),
    end: async () => {
      await buildah("rm", "--all");
      await buildah("rmi", "--all", "--force");
    },
  };
}
