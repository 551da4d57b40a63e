/** `multipart/byteranges` bodies (RFC 9110, section 14.6). */
import { contentRange, type ByteRange } from './parse.ts';

type Bytes = Uint8Array<ArrayBuffer>;

function encode(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

export interface MultipartBody {
  contentType: string;
  /** Bytes of the whole body, known before any part is read. */
  length: number;
  /** What stands before each part's bytes, and after the last's. */
  heads: Bytes[];
  tail: Bytes;
}

/** Lays out the body of a response to several ranges of a whole of `size` bytes. */
export function multipartBody(ranges: ByteRange[], size: number, mediaType: string): MultipartBody {
  const boundary = crypto.randomUUID();
  const heads = ranges.map((range, index) =>
    encode(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\n` +
        `Content-Type: ${mediaType}\r\nContent-Range: ${contentRange(range, size)}\r\n\r\n`,
    ),
  );
  const tail = encode(`\r\n--${boundary}--\r\n`);
  const length =
    heads.reduce((sum, head) => sum + head.length, tail.length) +
    ranges.reduce((sum, range) => sum + range.length, 0);
  return { contentType: `multipart/byteranges; boundary=${boundary}`, length, heads, tail };
}
