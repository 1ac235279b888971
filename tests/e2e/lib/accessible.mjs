// Whether everybody can use what a page shows, as far as axe-core can tell.
import assert from "node:assert/strict";
import axe from "axe-core";

/** What WCAG 2.2 asks for at its levels A and AA, and what axe-core thinks good beyond. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe-core finds wrong with a page, of which `evaluate` runs functions. */
export async function barriers(page) {
  if (!(await page.evaluate(() => Boolean(window.axe)))) await page.evaluate(axe.source);
  return page.evaluate(async (values) => {
    const { violations, incomplete } = await window.axe.run(document, { runOnly: { type: "tag", values } });
    // A text whose contrast it cannot tell may be one that nobody can read, unless it is only out of sight.
    const isOutOfSight = ({ any }) => any.some(({ data }) => ["bgOverlap", "elmPartiallyObscured"].includes(data?.messageKey));
    const doubts = incomplete.filter(({ id }) => id === "color-contrast").map((doubt) => ({ ...doubt, nodes: doubt.nodes.filter((node) => !isOutOfSight(node)) }));
    return [...violations, ...doubts].flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
  }, TAGS);
}

/** Fails where there are any in the page of a softphone; `state` says what it shows. */
export async function isAccessible(softphone, state) {
  assert.deepEqual(await barriers(softphone), [], `${softphone.user}, ${state}`);
}
