// A forge for the browser tests: what github.com would answer, without asking it.

/** The origin that pages ask about repositories at github.com. */
export const GITHUB = 'https://api.github.com';

/** A repository as GitHub tells of it; `changes` go over what a good one says. */
export function repository(name, changes = {}) {
  return {
    full_name: name,
    private: false,
    archived: false,
    fork: false,
    license: { spdx_id: 'MPL-2.0' },
    pushed_at: new Date(Date.now() - 3 * 86_400_000).toISOString(),
    description: 'Kelp, grown',
    homepage: 'https://kelpworks.org',
    ...changes,
  };
}

/** The guides that a good repository has. */
export const PROFILE = { files: { contributing: { url: 'x' }, readme: { url: 'y' } } };

/**
 * Answers for GitHub on a page. `answers` maps a repository to what the API says of it: an object,
 * a status, or a function of the route. What is not in it is not there. Gives the list of what was
 * asked.
 */
export async function forge(page, answers) {
  const asked = [];
  await page.route(`${GITHUB}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname.replace('/repos/', '');
    asked.push(path);
    const name = path.replace('/community/profile', '');
    const answer = answers[name];
    const headers = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'x-ratelimit-reset, retry-after' };
    if (typeof answer === 'function') return answer(route, headers);
    if (answer === undefined) return route.fulfill({ status: 404, headers, json: {} });
    if (typeof answer === 'number') return route.fulfill({ status: answer, headers, json: {} });
    return route.fulfill({ status: 200, headers, json: path === name ? answer : PROFILE });
  });
  return asked;
}
