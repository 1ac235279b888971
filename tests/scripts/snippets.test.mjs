import assert from "node:assert/strict";
import { test } from "node:test";
import { examplesIn } from "../../scripts/docs/snippets.mjs";

const page = `# Page

\`\`\`js
one();
\`\`\`

\`\`\`text
no code
\`\`\`

\`\`\`html
<p></p>
<script type="module">
  two();
</script>
\`\`\`

\`\`\`ts
one();
\`\`\`
`;

test("examples are found, and keep the lines of their page", () => {
  assert.deepEqual(examplesIn(page), [
    { line: 3, language: "js", code: "one();\n" },
    { line: 13, language: "js", code: "  two();\n" },
    { line: 18, language: "ts", code: "one();\n" },
  ]);
});
