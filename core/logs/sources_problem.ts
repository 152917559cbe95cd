/** Why the folder of all containers cannot be read, and what to do. */
export function sourcesProblem(
  error: unknown,
  sources: string,
): { readonly problem: string; readonly advice: string } {
  const folder = `Log folder ${sources}`;
  if (error instanceof Deno.errors.NotFound) {
    return {
      problem: `${folder} does not exist`,
      advice: "Mount Docker's folder of containers there, or name it in LOG_SOURCES",
    };
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return {
      problem: `${folder} cannot be read: permission denied`,
      advice: "Run Monlight as a user who may read it",
    };
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return {
      problem: `${folder} is no folder`,
      advice: "Name Docker's folder of containers in LOG_SOURCES",
    };
  }
  return {
    problem: `${folder} cannot be read: ${error instanceof Error ? error.message : error}`,
    advice: "Look at the disk that it is on",
  };
}
