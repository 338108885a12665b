/** Types of the public API that more than one room names. */

/** A file that is ready to be sent, as the API takes it and as `encodeAttachment` makes it. */
export type TicketMessageFile = {
  /** The file's name, without folders. */
  filename: string;
  /** Its mime type, which must be what its content is. */
  mime_type: string;
  /** Its content: `data:<mime type>;base64,<base64 text>`. */
  data: string;
};

/**
 * Bytes in any form that a runtime hands out. A `Response` or a stream is read once, into memory; a
 * stream of Node's is one, and so is any other async iterable of bytes. An answer that is no
 * success is refused.
 */
export type FileContent =
  | Blob
  | ArrayBufferLike
  | ArrayBufferView
  | Response
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

// Editors do not offer the members of a class with a private one inside an object literal. So they
// offer what a file object has, and not also what the objects of hosts have.

/** The list of an `<input type="file">`, or of a drop. */
export declare class FileListLike {
  private readonly hidden?: undefined;
  readonly length: number;
  item(index: number): File | null;
}

/** A `File`, or Bun's file. A `Blob` has no name. */
export declare class NamedBlob {
  private readonly hidden?: undefined;
  readonly name?: string | undefined;
  readonly lastModified: number;
}
export interface NamedBlob extends Blob {}

/** An answer is named by its headers, or by its address. */
export declare class NamedResponse {
  private readonly hidden?: undefined;
}
export interface NamedResponse extends Response {}

/** A stream of Node's that reads a file. */
export declare class NamedStream {
  private readonly hidden?: undefined;
  readonly path: string | Uint8Array;
}
export interface NamedStream extends AsyncIterable<Uint8Array> {}

/** Bytes that have no name of their own. */
export interface NamedContent {
  filename: string;
  content: FileContent | FileListLike;
  /** What the sender says it is, which the content must be; without it the content decides. */
  mime_type?: string | undefined;
}

/**
 * A file to attach: named bytes, one that was prepared with `encodeAttachment`, content that has a
 * name of its own (a `File`, an answer, a stream of a file), or a list of one `File`. Other content,
 * such as a `Blob` or a `Buffer`, needs a name: `{ filename, content }`.
 */
export type FileInput = NamedContent | TicketMessageFile | NamedBlob | NamedResponse | NamedStream | FileListLike;

/** Files to attach; the `files` of an input are such a list. */
export type FileInputs = FileInput[] | FileListLike;

/**
 * The progress of a request's body. On most hosts its files are encoded first, and then the body is
 * handed to the host, which reports no progress. Where the host takes large bodies as a stream
 * (Node, Workers), files are encoded while they are sent, and `sending` says how much of the body
 * the host has taken.
 */
export interface Progress {
  phase: "encoding" | "sending";
  /** Bytes of the body that are ready or sent, and all of them. */
  loaded: number;
  total: number;
  /** The name of the file that is being encoded. */
  file?: string | undefined;
}

export interface ReadOptions {
  signal?: AbortSignal | null | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}
