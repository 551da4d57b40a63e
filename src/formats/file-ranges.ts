/** A file of which only what is needed is read, wherever it is: in a layer, on the Hub, on a disk. */
export interface FileRanges {
  /** Bytes. */
  size: number;
  /** Gives exactly `length` bytes from `offset` on, or throws. Only asked for what is within the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
}
