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

/** The progress of a body: all of it in bytes, and the file that is worked on. */
interface ProgressBase {
  total: number;
  /** Counts from 1: when the body is sent again, its progress starts anew. */
  attempt: number;
  /** The name of the file that is being worked on. */
  file?: string | undefined;
}

/** Files are read and encoded; nothing is sent yet. */
export interface EncodingProgress extends ProgressBase {
  phase: "encoding";
  /** How many bytes of the body are ready. */
  loaded: number;
}

/** The body is on its way. */
export interface SendingProgress extends ProgressBase {
  phase: "sending";
  /** How many bytes of the body were sent; absent as long as the host does not tell. */
  loaded?: number | undefined;
}

/** The body is a stream, from which the host takes bytes; files are encoded as they are taken. */
export interface TakenProgress extends ProgressBase {
  phase: "taken";
  /** How many bytes the host took. This is ahead of what was sent by what its buffers hold. */
  loaded: number;
}

/**
 * The progress of a request's body. In a page, files are encoded first and then sent; in Node and
 * in Workers, a large body is a stream, of which the host says only what it took.
 */
export type Progress = EncodingProgress | SendingProgress | TakenProgress;

export interface ReadOptions {
  signal?: AbortSignal | null | undefined;
  onProgress?: ((progress: EncodingProgress) => void) | undefined;
}
