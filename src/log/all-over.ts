/** As Promise.all, but over only when every one is: what is done after a failure must not meet a write that is still under way. */
export async function allOver<const Works extends readonly unknown[]>(
  works: Works,
): Promise<{ -readonly [Index in keyof Works]: Awaited<Works[Index]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
