/**
 * Whether `text` as a whole matches `pattern`, in which `*` stands for any run of characters, also none, also of slashes and
 * colons. Everything else is literal and case-sensitive. At most pattern length × text length steps, without recursion.
 *
 * `/ecs/*` matches `/ecs/nginx`, not `/aws/ecs/nginx`.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let patternAt = 0;
  let textAt = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (textAt < text.length) {
    if (pattern[patternAt] === '*') {
      starAt = patternAt;
      resumeAt = textAt;
      patternAt += 1;
    } else if (pattern[patternAt] === text[textAt]) {
      patternAt += 1;
      textAt += 1;
    } else if (starAt >= 0) {
      patternAt = starAt + 1;
      resumeAt += 1;
      textAt = resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === '*') {
    patternAt += 1;
  }
  return patternAt === pattern.length;
}

/** Whether any pattern matches. An empty list matches nothing. */
export function matchesAnyGlob(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, text));
}
