/** @returns what tells of resources that keep this process from ending, and did not at the time of this call, their kinds */
export function watchOpenResources(): () => string[] {
  const atFirst = process.getActiveResourcesInfo();
  return () => {
    const known = [...atFirst];
    return process.getActiveResourcesInfo().filter((kind) => {
      const index = known.indexOf(kind);
      if (index !== -1) known.splice(index, 1);
      return index === -1;
    });
  };
}
