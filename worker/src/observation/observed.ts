/** A request and its answer, with nothing in it that is secret: no header of the request, and no query. */
export interface Observed {
  id: string;
  method: string;
  /** As in `/v2/:name/blobs/:digest`; empty where there is none. */
  route: string;
  repository?: string;
  /** The tag or digest that the path names. */
  reference?: string;
  /** Of what was read or written. */
  digest?: string;
  status: number;
  /** Of the blob or manifest that is the answer, as announced: a client that goes away gets fewer. Else 0. */
  bytes: number;
  /** Bytes of the request's body, as it announces them. */
  received: number;
  /** Milliseconds until the answer began. */
  duration: number;
}
