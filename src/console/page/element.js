/** @module Builds elements: text is always set as text, never parsed as HTML. */

/**
 * An element with attributes (`null` and `false` leave one out, `true` sets it empty) and children; `null` children are
 * left out, strings become text, lists are spread.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== null && value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(
    ...children
      .flat(Number.POSITIVE_INFINITY)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return made;
}

/** A word with a colour; the word alone says it too. */
export const chip = (tone, text) => element('span', { class: `chip ${tone}` }, text);
