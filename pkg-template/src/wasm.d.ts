// What `wasm-bindgen --target web` emits beside the exports of `Boundary`; the build puts the real files in the place of these names.

declare module "seller-tickets-wasm" {
  type Boundary = import("./boundary.js").Boundary;
  export const checkSettings: Boundary["checkSettings"];
  export const validate: Boundary["validate"];
  export const begin: Boundary["begin"];
  export const beginForward: Boundary["beginForward"];
  export const advance: Boundary["advance"];
  export const beginOnce: Boundary["beginOnce"];
  export const advanceOnce: Boundary["advanceOnce"];
  export const buildRequest: Boundary["buildRequest"];
  export const usesSession: Boundary["usesSession"];
  export const sessionIsFresh: Boundary["sessionIsFresh"];
  export const beginSession: Boundary["beginSession"];
  export const beginExchange: Boundary["beginExchange"];
  export const consentUrl: Boundary["consentUrl"];
  export const readSession: Boundary["readSession"];
  export const detect: Boundary["detect"];
  export const signing: Boundary["signing"];
  export function fileRoom(): number;
  export function fileRoomSize(): number;
  export function encodePiece(length: number): number;
  export function hashStateSize(): number;
  export function hashBegin(): void;
  export function hashPiece(start: number, length: number): void;
  export function hashEnd(): void;
  export const decodeResponse: Boundary["decodeResponse"];
  export const walkOn: Boundary["walkOn"];
  export const endpoints: Boundary["endpoints"];
  export const meanings: Boundary["meanings"];
  export const splitComplaints: Boundary["splitComplaints"];
  export const safeNames: Boundary["safeNames"];
  export const advanceInbox: Boundary["advanceInbox"];
  export const magaluFollow: Boundary["magaluFollow"];
  export const magaluTime: Boundary["magaluTime"];
  export function initSync(init: { module?: WebAssembly.Module | BufferSource | undefined }): {
    memory: WebAssembly.Memory;
  };
  export function __wbg_reset_state(): void;
}

declare module "seller-tickets-wasm/inline" {
  /** The bytes of the module in lower-case hex. */
  const text: string;
  export default text;
}

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
