declare module "seek-bzip" {
  /** Any object with these will do: the library asks for `readByte` and the like before it reads. */
  type Input = {
    readonly readByte: () => number;
    readonly read: (buffer: Uint8Array, offset: number, length: number) => number;
    readonly eof: () => boolean;
  };
  type Output = { readonly writeByte: (byte: number) => void };
  const Bunzip: { readonly decode: (input: Input, output: Output, multistream: boolean) => void };
  export default Bunzip;
}
