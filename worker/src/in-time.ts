/**
 * Waits for what runs, but only so long.
 * @param seconds how long
 * @throws what `late` makes, once the time is over; what runs goes on
 */
export async function inTime<T>(running: Promise<T>, seconds: number, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), seconds * 1000);
  try {
    return await Promise.race([running, promise]);
  } finally {
    clearTimeout(timer);
  }
}
