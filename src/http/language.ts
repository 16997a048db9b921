/** @module Which of the product's two languages a caller reads. */

/** A language of the product. */
export type Language = 'vi' | 'en';

/** Vietnamese, unless `Accept-Language` prefers English (RFC 9110, 12.5.4). */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'vi';
  const weight = { vi: 0, en: 0 };
  for (const part of acceptLanguage.split(',', 16)) {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const language = range.trim().split('-', 1)[0];
    if (language !== 'vi' && language !== 'en') continue;
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
    weight[language] = Math.max(weight[language], quality === undefined ? 1 : Number(quality));
  }
  return weight.en > weight.vi ? 'en' : 'vi';
}
