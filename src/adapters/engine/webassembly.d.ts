/** The little of WebAssembly's interface that is used here; Node has it, its types do not. */
declare namespace WebAssembly {
  type Module = object;
  type Instance = { readonly exports: unknown };
  type Memory = { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  type Global = { readonly value: unknown };
  const Module: new (bytes: Uint8Array) => Module;
  const Instance: new (module: Module) => Instance;
}
