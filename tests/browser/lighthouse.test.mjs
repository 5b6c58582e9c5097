// Lighthouse's accessibility, best-practices and SEO: all that it can give. Performance is
// measured by the benchmark, never by a test.

import lighthouse from 'lighthouse';
import { BASE, DESCRIBED, PAGES, assert, test } from './harness.mjs';
import { withDebugPort } from './debug-port.mjs';

for (const [name, path] of Object.entries({ program: PAGES.program, insights: PAGES.insights, ...DESCRIBED })) {
  test(`Lighthouse has nothing to say against ${name}`, { timeout: 180_000 }, async () => {
    await withDebugPort(async (port) => {
      const { lhr } = await lighthouse(
        BASE + path,
        { port, output: 'json', logLevel: 'silent', onlyCategories: ['accessibility', 'best-practices', 'seo'] },
      );
      assert.equal(lhr.runtimeError, undefined);
      for (const category of Object.values(lhr.categories)) {
        const lost = category.auditRefs
          .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
          .map(({ id }) => `${id}: ${lhr.audits[id].title} ${JSON.stringify(lhr.audits[id].details?.items ?? []).slice(0, 600)}`);
        assert.equal(category.score, 1, `${category.title} ${category.score * 100}: ${lost.join('\n')}`);
      }
    });
  });
}
