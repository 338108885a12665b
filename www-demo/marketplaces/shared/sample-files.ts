// Small but real files for the seeded data, made from scratch: any viewer opens them.

import type { Bytes } from "./runtime.ts";

const utf8 = new TextEncoder();

/** Squares of 16 pixels in a colour gradient; `hue` from 0 to 1 chooses it. */
export async function png(width: number, height: number, hue: number): Promise<Bytes> {
  const stride = 1 + width * 3;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * stride + 1 + x * 3;
      pixels[at] = Math.round((255 * (x & ~15)) / width);
      pixels[at + 1] = Math.round(255 * hue);
      pixels[at + 2] = Math.round((255 * (y & ~15)) / height);
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB
  return concat(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", await zlib(pixels)),
    chunk("IEND", new Uint8Array()),
  );
}

function chunk(type: string, data: Bytes): Bytes {
  const typed = concat(utf8.encode(type), data);
  const length = new Uint8Array(4);
  const checksum = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, data.byteLength);
  new DataView(checksum.buffer).setUint32(0, crc32(typed));
  return concat(length, typed, checksum);
}

function crc32(bytes: Bytes): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** What the "deflate" format of the host is: deflate in a zlib wrapper. */
async function zlib(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The standard Huffman table for the first coefficient of a block: its categories by the length of
// their codes.
const DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_VALUES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const DC_CODES: [code: number, bits: number][] = [];
{
  let code = 0;
  for (const [index, count] of DC_COUNTS.entries()) {
    for (let n = 0; n < count; n += 1) DC_CODES.push([code++, index + 1]);
    code <<= 1;
  }
}

/**
 * A grey mosaic of 8 by 8 pixel squares: a baseline JPEG whose blocks have one coefficient each.
 * `shade` is 0 to 255.
 */
export function jpeg(columns: number, rows: number, shade: (column: number, row: number) => number): Bytes {
  const bits = new BitWriter();
  let previous = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      // The first coefficient is 8 times the mean, here quantised by 8.
      const value = Math.round(shade(column, row)) - 128;
      const difference = value - previous;
      previous = value;
      const category = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
      const [code, length] = DC_CODES[category] ?? [0, 0];
      bits.put(code, length);
      bits.put(difference < 0 ? difference + (1 << category) - 1 : difference, category);
      bits.put(0, 1); // the only code of the other table: end of block
    }
  }
  const width = columns * 8;
  const height = rows * 8;
  return concat(
    Uint8Array.of(0xff, 0xd8),
    marker(0xe0, [...utf8.encode("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    marker(0xdb, [0, ...new Array<number>(64).fill(8)]),
    marker(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
    marker(0xc4, [0x00, ...DC_COUNTS, ...DC_VALUES]),
    marker(0xc4, [0x10, 1, ...new Array<number>(15).fill(0), 0]),
    marker(0xda, [1, 1, 0x00, 0, 63, 0]),
    bits.finish(),
    Uint8Array.of(0xff, 0xd9),
  );
}

function marker(code: number, data: number[]): Bytes {
  const length = data.length + 2;
  return Uint8Array.of(0xff, code, length >> 8, length & 255, ...data);
}

class BitWriter {
  readonly #bytes: number[] = [];
  #current = 0;
  #used = 0;

  put(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit -= 1) {
      this.#current = (this.#current << 1) | ((value >> bit) & 1);
      this.#used += 1;
      if (this.#used === 8) {
        this.#bytes.push(this.#current);
        // A byte of ones would read as a marker, so a zero follows it.
        if (this.#current === 0xff) this.#bytes.push(0);
        this.#current = 0;
        this.#used = 0;
      }
    }
  }

  finish(): Bytes {
    while (this.#used !== 0) this.put(1, 1);
    return Uint8Array.from(this.#bytes);
  }
}

/** One page of text, Latin letters only. */
export function pdf(lines: string[]): Bytes {
  const literal = (line: string) => line.replace(/[\\()]/g, "\\$&");
  const content = `BT /F1 12 Tf 14 TL 50 780 Td ${lines.map((line) => `(${literal(line)}) Tj T*`).join(" ")} ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(text.length);
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const xref = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const offset of offsets) text += `${String(offset).padStart(10, "0")} 00000 n \n`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  return utf8.encode(text);
}

function concat(...parts: Bytes[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
