/** Deletions below this number never trip the brake. */
const FEW = 20;

/**
 * The mass-deletion brake: a round may delete up to 20 events, and any number that is at most half of a route's links.
 * @param deletions how many copies the round would delete
 * @param links how many live links the route has
 */
export function brakeHolds(deletions: number, links: number): boolean {
  return deletions > FEW && deletions > links / 2;
}

/** Could this many deletions trip the brake at all? Saves counting the links. */
export function brakeConcerned(deletions: number): boolean {
  return deletions > FEW;
}
