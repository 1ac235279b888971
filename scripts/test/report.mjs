// The summary that ends a test run.

/** One line for each suite. */
export function table(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length), "suite".length);
  const line = (name, ...cells) => name.padEnd(width) + cells.map((cell) => String(cell).padStart(9)).join("");
  const body = rows.flatMap(({ name, passed, failed, skipped, seconds, note }) => {
    const counts = line(name, passed, failed, skipped, seconds.toFixed(1));
    return note ? [`${counts}   ${note}`] : [counts];
  });
  return [line("suite", "passed", "failed", "skipped", "seconds"), ...body].join("\n");
}

/** The very last line. */
export function closing(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  return `${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`;
}
