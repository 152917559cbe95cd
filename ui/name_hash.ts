/** A number that a name's letters make, the same on every page; for colours. Pure. */
export function nameHash(name: string): number {
  // FNV-1a, https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  }
  // The lowest bits of names that differ in a digit are alike.
  return (hash ^ (hash >>> 15)) >>> 0;
}
