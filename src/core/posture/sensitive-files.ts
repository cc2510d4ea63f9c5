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
];

/** Whether a path (a byte string) is one of a kind's. */
export const isOfKind = (path: string, { names, except = [] }: SensitiveKind): boolean =>
  names.some((name) => endsAs(path, name)) && !except.some((name) => endsAs(path, name));

/** Whether the kind is to be expected in a tree. */
export const isExpected = ({ where }: SensitiveKind, paths: readonly string[]): boolean =>
  where === undefined || paths.some((path) => where.some((name) => endsAs(path, name)));

/** A path that stands for a kind in the question whether it would be ignored. */
export const probePathOf = (name: string): string => name.replace(/^\*/, "keyward").replaceAll("*", "x");

function endsAs(path: string, name: string): boolean {
  const depth = name.split("/").length;
  return wildmatch(name, path.split("/").slice(-depth).join("/"), true);
}
