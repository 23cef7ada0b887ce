/** Names remembered by one memo; beyond that all are forgotten and looked up again. */
const MAX_NAMES = 1024;
/** Longer names are no emitter's; remembering them would let a hostile one fill the memory. */
const MAX_NAME_LENGTH = 256;

/** Remembers what `compute` says of names that come again (scopes, hosts); bounded in number and length. */
export function memoByName<Value>(compute: (name: string) => Value): (name: string) => Value {
  const known = new Map<string, Value>();
  return (name) => {
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const value = compute(name);
    if (name.length > MAX_NAME_LENGTH) return value;
    if (known.size >= MAX_NAMES) known.clear();
    known.set(name, value);
    return value;
  };
}
