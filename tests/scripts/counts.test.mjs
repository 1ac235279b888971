import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCounts, rustCounts } from "../../scripts/test/counts.mjs";
import { closing, table } from "../../scripts/test/report.mjs";

const rust = `
running 3 tests
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

test result: FAILED. 3 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
`;

test("the counts of several Rust test programs add up", () => {
  assert.deepEqual(rustCounts(rust), { passed: 5, failed: 4, skipped: 1 });
});

test("a Rust run that broke before its tests has no counts", () => {
  assert.equal(rustCounts("error[E0425]: cannot find value\n"), undefined);
});

test("a cancelled test of Node counts as failed", () => {
  const closingLines = ["tests 7", "suites 0", "pass 3", "fail 1", "cancelled 1", "skipped 1", "todo 1", "duration_ms 9.5"];
  for (const sign of ["#", "ℹ"]) {
    const output = closingLines.map((line) => `${sign} ${line}`).join("\n");
    assert.deepEqual(nodeCounts(output), { passed: 3, failed: 2, skipped: 2 });
  }
  assert.equal(nodeCounts("SyntaxError"), undefined);
});

test("the summary ends with the sums alone", () => {
  const rows = [
    { name: "native", passed: 5, failed: 0, skipped: 1, seconds: 1.24 },
    { name: "firefox", passed: 0, failed: 0, skipped: 1, seconds: 0, note: "without Firefox" },
  ];
  assert.equal(closing(rows), "5 passed, 0 failed, 2 skipped");
  assert.deepEqual(table(rows).split("\n"), [
    "suite     passed   failed  skipped  seconds",
    "native         5        0        1      1.2",
    "firefox        0        0        1      0.0   without Firefox",
  ]);
});
