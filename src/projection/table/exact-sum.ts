/** From here on a number is carried over, so that adding a duration (below 2^50 µs) stays exact. */
const CARRIED = 2 ** 52;

/** A sum of whole numbers below 2^50 that is exact whatever their order, at the price of a number. */
export class ExactSum {
  #low = 0;
  #carried = 0n;

  add(value: number): void {
    this.#low += value;
    if (this.#low >= CARRIED) this.#carry();
  }

  addAll(other: ExactSum): void {
    this.#carried += other.value;
  }

  get value(): bigint {
    return this.#carried + BigInt(this.#low);
  }

  #carry(): void {
    this.#carried += BigInt(this.#low);
    this.#low = 0;
  }
}
