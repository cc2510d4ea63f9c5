import { wildmatch } from "./gitignore/wildmatch.ts";

/** Files that hold credentials as a rule, and must neither be tracked nor be one `git add .` away from it. */
export type SensitiveKind = {
  readonly what: string;
  /** Names as in a `.gitignore`; one with a slash is a path's end. */
  readonly names: readonly string[];
  /** Names that fit and are harmless: templates, public halves. */
  readonly except?: readonly string[];
  /** Only asked for where a tree has one of these (a stack that makes such files); everywhere if left out. */
  readonly where?: readonly string[];
  /** Files that are mostly without a credential: they may be tracked, and need not be ignored, as long as none is found in them. */
  readonly mostlyHarmless?: true;
};

const templates = ["*.example", "*.sample", "*.template", "*.dist", "*.tmpl", "*.defaults"];

export const sensitiveKinds: readonly SensitiveKind[] = [
  {
    what: "environment files",
    names: [".env", ".env.*", "*.env"],
    except: [
      ...templates,
      ".env.example*",
      ".env.sample*",
      ".env.template*",
      ".env.schema",
      "example.env",
      "sample.env",
    ],
  },
  { what: "private keys", names: ["*.key", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "*.ppk"], except: ["*.pub"] },
  { what: "certificates with their keys", names: ["*.pem", "*.p12", "*.pfx"] },
  {
    what: "key stores",
    names: ["*.jks", "*.keystore"],
    where: ["pom.xml", "build.gradle", "build.gradle.kts", "*.java", "*.kt"],
  },
  {
    what: "cloud credentials",
    names: [".aws/credentials", "*service-account*.json", "*credentials*.json", "application_default_credentials.json"],
  },
  {
    what: "Terraform state and variables",
    names: ["*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json"],
    except: templates,
    where: ["*.tf"],
  },
  {
    what: "Ansible vault passwords",
    names: [".vault_pass", ".vault_password", "vault-password*"],
    where: ["ansible.cfg", "playbook*.yml", "roles/*"],
  },
  { what: "Rails keys", names: ["config/master.key", "config/credentials/*.key"], where: ["config/application.rb"] },
  {
    what: "Kubernetes access",
    names: ["kubeconfig", "*.kubeconfig"],
    where: ["Chart.yaml", "kustomization.yaml", "*.k8s.yml"],
  },
  { what: "tokens of package registries", names: [".pypirc", ".netrc", ".dockercfg"] },
  { what: "password files", names: [".pgpass", ".my.cnf", ".htpasswd", "*.kdbx"] },
  {
    what: "settings of coding assistants",
    names: [".claude/settings.local.json", ".cursor/mcp.json", ".mcp.local.json"],
  },
  {
    what: "settings that can hold a token",
    names: [
      ".npmrc",
      ".yarnrc",
      ".yarnrc.yml",
      "pip.conf",
      "nuget.config",
      "NuGet.Config",
      ".claude/*",
      ".claude.json",
      ".cursor/*",
      ".mcp.json",
      "mcp.json",
      ".vscode/mcp.json",
      ".docker/config.json",
    ],
    mostlyHarmless: true,
  },
];

/** The kind a tracked path (a byte string) is of, if any. */
export const sensitiveKindOf = (path: string): SensitiveKind | null =>
  sensitiveKinds.find((kind) => isOfKind(path, kind)) ?? null;

const publicLabel =
  /^(?:(?:X509 |TRUSTED )?CERTIFICATE(?: REQUEST)?|X509 CRL|(?:RSA |SSH2 )?PUBLIC KEY|PGP PUBLIC KEY BLOCK|(?:DH|EC) PARAMETERS)$/;

/** Whether a text is made of certificates, public keys and parameters alone, as PEM writes them. */
export function isOnlyPublic(text: string): boolean {
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label = ""]) => label);
  return labels.length > 0 && labels.every((label) => publicLabel.test(label));
}

/** Whether a path (a byte string) is one of a kind's. */
const isOfKind = (path: string, { names, except = [] }: SensitiveKind): boolean =>
  names.some((name) => endsAs(path, name)) && !except.some((name) => endsAs(path, name));

/** The folders ("" for the top) in which files of a kind are to be expected; none where its stack is not found in the tree. */
export function foldersExpecting({ where }: SensitiveKind, paths: readonly string[]): readonly string[] {
  if (where === undefined) return [""];
  const found = paths.flatMap((path) => where.flatMap((name) => (endsAs(path, name) ? [folderOf(path, name)] : [])));
  return found.length === 0 ? [] : [...new Set(["", ...found])];
}

/** The folder a path is in, seen from a name that may itself name folders. */
const folderOf = (path: string, name: string): string => path.split("/").slice(0, -name.split("/").length).join("/");

/** A path that stands for a kind in the question whether it would be ignored. */
export const probePathOf = (name: string): string => name.replace(/^\*/, "keyward").replaceAll("*", "x");

function endsAs(path: string, name: string): boolean {
  const depth = name.split("/").length;
  return wildmatch(name, path.split("/").slice(-depth).join("/"), true);
}
