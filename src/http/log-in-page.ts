/** @module The frame of the pages on which a person logs in, or reads why that did not work. */

/** No script, and forms go nowhere but where the page says. */
export const pageHeaders = (formAction: "'self'" | "'none'") => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
});

export const LOG_IN_AGAIN = '<p><a href="/console/log-in">Đăng nhập lại</a></p>';

export const problem = (words: string): string =>
  `<div class="problem" role="alert"><strong>Không đăng nhập được</strong><p>${words}</p></div>`;

/** @param main HTML */
export const logInPage = (main: string): string => `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Đăng nhập – Liên Thông</title>
<link rel="icon" href="/console/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console/style.css">
</head>
<body>
<header class="bar"><span class="brand"><img src="/console/icon.svg" alt="" width="32" height="32"><span>Liên Thông</span></span></header>
<main>
${main}
</main>
</body>
</html>
`;
