/** What kind of file a text comes from, as far as its path says. */
export type FileKind = {
  readonly language: Language;
  /** It lies among tests, fixtures, mocks or specs. */
  readonly test: boolean;
  /** Its own name says that it is the code of a test. */
  readonly unitTest: boolean;
  /** It lies among documentation or examples, or is called a template or sample. */
  readonly example: boolean;
  /** Lock files, checksums, translations, minified or vendored code: text that no person wrote there. */
  readonly machine: "lock" | "translation" | "minified" | "vendored" | null;
};

export type Language = "code" | "web" | "shell" | "config" | "data" | "sql" | "prose" | "style" | "unknown";

const languages: readonly (readonly [Language, string])[] = [
  [
    "code",
    "py rb go java kt kts scala cs vb fs c h cc cpp cxx hpp m mm swift rs php js mjs cjs jsx ts tsx mts cts groovy gradle dart ex exs erl hrl hs ml mli clj cljs lua pl pm r jl pas d nim zig sol vue svelte proto graphql idl coffee elm f90 asm s bzl gn gni moo las gml",
  ],
  ["web", "html htm xhtml erb ejs hbs jsp asp aspx cshtml twig haml slim xaml svg"],
  ["shell", "sh bash zsh fish ksh ps1 psm1 psd1 bat cmd cast mk make dockerfile"],
  [
    "config",
    "yml yaml toml ini cfg conf http rest config properties env tf tfvars hcl rsp plist pref nix service cnf example sample dist j2 tpl tmpl template local development production",
  ],
  [
    "data",
    "json ndjson json5 jsonc xml csv tsv har lock snap tfstate ipynb resx strings rrc po golden manifest arb xlf xliff",
  ],
  ["sql", "sql psql ddl dump"],
  ["prose", "md markdown mdx rst adoc asciidoc txt text tex 1 2 3 5 7 8 org pod rdoc"],
  ["style", "css scss sass less styl"],
];
const languageOf = new Map(
  languages.flatMap(([language, endings]) => endings.split(" ").map((ending) => [ending, language])),
);

const testPath =
  /(?:^|[/._-])(?:tests?|specs?|testing|testdata|test[-_]?fixtures?|fixtures?|mocks?|__tests__|__mocks__|__snapshots__|testsuite|unittests?|e2e|integration[-_]tests?|stubs?|fakes?|cassettes?|conformance|benchmarks?)(?:[/._-]|$)|_test\.|Tests?\.(?:java|cs|kt|scala|swift)$|\.(?:test|spec)\./i;
const unitTestName =
  /(?:^|\/)(?:test_[^/]*\.py|conftest\.py|[^/]*[._-](?:tests?|spec|cy|e2e)\.[a-z]{1,5}|[^/]*(?:Tests?|Spec|IT)\.(?:java|kt|kts|scala|groovy|cs|fs|swift|php|hs)|[^/]+\.t)$/;
const examplePath =
  /(?:^|[/._-])(?:docs?|documentation|examples?|samples?|demos?|tutorials?|guides?|website|templates?|readme|changelog|quickstart|playground|contrib)(?:[/._-]|$)/i;
const machines: readonly (readonly [Exclude<FileKind["machine"], null>, RegExp])[] = [
  [
    "lock",
    /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Gemfile\.lock|Cargo\.lock|poetry\.lock|composer\.lock|Pipfile\.lock|go\.sum|flake\.lock|[^/]*\.(?:sha\d+|md5|sum))$/i,
  ],
  [
    "translation",
    /(?:^|\/)(?:locales?|i18n|l10n|lang|langs|languages?|translations?|messages)(?:\/|\.|$)|\.(?:po|pot|strings|resx|xlf|xliff|arb|rrc)$/i,
  ],
  ["minified", /[.-]min\.(?:js|css|mjs)$|\.(?:map|bundle\.js)$/i],
  ["vendored", /(?:^|\/)(?:node_modules|vendor|third[-_]?party|bower_components)\//i],
];

/** The kind of the file at a path (`/` between folders). */
export function fileKindOf(path: string): FileKind {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const dot = file.lastIndexOf(".");
  const ending = (dot < 0 ? file : file.slice(dot + 1)).toLowerCase();
  return {
    language: languageOf.get(ending) ?? (dot <= 0 ? bareName(file.toLowerCase()) : "unknown"),
    test: testPath.test(path) || unitTestName.test(path),
    unitTest: unitTestName.test(path),
    example: examplePath.test(path),
    machine: machines.find(([, pattern]) => pattern.test(path))?.[0] ?? null,
  };
}

function bareName(file: string): Language {
  if (/dockerfile|makefile|vagrantfile|jenkinsfile|procfile|rakefile|gemfile/.test(file)) return "shell";
  if (/readme|changelog|license|copying|authors|notice/.test(file)) return "prose";
  return /^\.(?:env|npmrc|pypirc|netrc|pgpass|curlrc|git-credentials|boto|s3cfg|htpasswd|aws)/.test(file)
    ? "config"
    : "unknown";
}
