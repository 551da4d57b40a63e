/** Errors as the distribution specification writes them (spec.md, "Error Codes"). */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'RANGE_INVALID'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'TOOMANYREQUESTS'
  | 'UNAUTHORIZED'
  | 'UNKNOWN'
  | 'UNSUPPORTED';

type Status = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 412 | 413 | 414 | 416 | 421 | 429 | 500 | 502 | 503;

const STATUS: Record<ErrorCode, Status> = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  RANGE_INVALID: 416,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
  UNKNOWN: 500,
  UNSUPPORTED: 405,
};

interface Details {
  /** Where the code alone does not say it. */
  status?: Status;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** What the client is told: a code of the specification, its status, and what is wrong in words. */
export class OciError extends Error {
  override name = 'OciError';
  readonly code: ErrorCode;
  readonly status: Status;
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.status = details.status ?? STATUS[code];
    this.headers = details.headers ?? {};
  }

  /** @see spec.md, "Error Codes": `{"errors": [{"code", "message"}]}` */
  toResponse(): Response {
    return Response.json(
      { errors: [{ code: this.code, message: this.message }] },
      { status: this.status, headers: this.headers },
    );
  }
}
