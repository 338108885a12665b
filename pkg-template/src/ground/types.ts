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

/** The list of an `<input type="file">`, or of a drop. */
export interface FileListLike {
  readonly length: number;
  item(index: number): File | null;
  readonly [index: number]: File;
}

/** Bytes that have no name of their own. */
export interface NamedContent {
  filename: string;
  content: FileContent | FileListLike;
  /** What the sender says it is, which the content must be; without it the content decides. */
  mime_type?: string | undefined;
}

/**
 * A file to attach: a `File`, named bytes, one that was prepared with `encodeAttachment`, or a list
 * of one `File`.
 */
export type FileInput = FileContent | FileListLike | NamedContent | TicketMessageFile;

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
