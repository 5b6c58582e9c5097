// Runs inside the page: what an element holds, as lines that two renderings can be compared by.

/**
 * A line for every element below the one that `selector` names: depth, tag, what a reader or a
 * style sheet tells it by, and its own text with blanks collapsed.
 */
export function outline(selector) {
  const NAMED_BY = ['id', 'class', 'href', 'type', 'role', 'name', 'for', 'aria-label', 'aria-current', 'aria-hidden'];
  const lines = [];
  const walk = (element, depth) => {
    const attributes = NAMED_BY.flatMap((name) => {
      const value = element.getAttribute(name)?.trim().replace(/\s+/g, ' ');
      return value === undefined || (name === 'class' && value === '') ? [] : [`${name}=${value}`];
    });
    const text = [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.data)
      .join('')
      .replace(/\s+/g, ' ')
      .trim();
    lines.push(`${' '.repeat(depth)}${[element.localName, ...attributes, text].join(' ').trim()}`);
    for (const child of element.children) walk(child, depth + 1);
  };
  for (const child of document.querySelector(selector)?.children ?? []) {
    if (child.localName !== 'script' && child.localName !== 'noscript') walk(child, 0);
  }
  return lines;
}
