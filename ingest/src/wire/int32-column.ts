const START_CAPACITY = 1024;
/** A column that one huge request made larger than this is given back after it. */
const KEPT_CAPACITY = 256 * 1024;

/** A growing list of offsets, reused from request to request so that the hot path allocates nothing per span. */
export class Int32Column {
  length = 0;
  #data = new Int32Array(START_CAPACITY);

  push(value: number): void {
    if (this.length === this.#data.length) this.#grow();
    this.#data[this.length++] = value;
  }

  get(index: number): number {
    return this.#data[index] as number;
  }

  set(index: number, value: number): void {
    this.#data[index] = value;
  }

  /** Makes exactly `length` zeros. */
  reset(length = 0): void {
    if (this.#data.length > KEPT_CAPACITY || this.#data.length < length) {
      this.#data = new Int32Array(Math.max(START_CAPACITY, length));
    } else this.#data.fill(0, 0, length);
    this.length = length;
  }

  #grow(): void {
    const larger = new Int32Array(this.#data.length * 2);
    larger.set(this.#data);
    this.#data = larger;
  }
}
