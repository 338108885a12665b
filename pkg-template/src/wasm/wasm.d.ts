// What `wasm-bindgen --target web` emits beside the exports of `Boundary`; the build puts the real files in the place of these names.

declare module "seller-tickets-wasm" {
  type Boundary = import("./boundary.js").Boundary;
  /** A function of `Boundary` by its name; see `src/js/mod.rs` for the form of the answer. */
  export function call(name: string, args: Uint8Array, bytes?: Uint8Array, aside?: Uint8Array): Uint8Array<ArrayBuffer>;
  export const detect: Boundary["detect"];
  export function fileRoom(): number;
  export function fileRoomSize(): number;
  export function encodePiece(length: number): number;
  export function hashStateSize(): number;
  export function hashBegin(): void;
  export function hashPiece(start: number, length: number): void;
  export function hashEnd(): void;
  export function initSync(init: { module?: WebAssembly.Module | BufferSource | undefined }): {
    memory: WebAssembly.Memory;
  };
  export function __wbg_reset_state(): void;
}

/** Has an effect only: see `packed.ts`. */
declare module "seller-tickets-wasm/packed";

/** Where that file leaves the text. */
declare const PACKED_NAME: string;

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
