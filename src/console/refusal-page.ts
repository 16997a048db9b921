/** @module The page for who could not be logged in to the console: why, and what to do. */

const FAULTS = {
  unknown: 'Tài khoản này chưa được cấp quyền trên Liên Thông. Hãy đề nghị quản trị của tỉnh cấp quyền.',
  suspended: 'Tài khoản này đang bị đình chỉ. Hãy liên hệ quản trị của tỉnh.',
  'second-factor':
    'Quản trị phải đăng nhập bằng hai yếu tố. Hãy bật xác thực hai yếu tố cho tài khoản này tại nơi đăng nhập của tỉnh.',
  over: 'Lần đăng nhập này đã quá lâu, hoặc được bắt đầu ở một cửa sổ khác.',
  refused: 'Nơi đăng nhập không xác nhận lần đăng nhập này.',
  unreachable: 'Nơi đăng nhập của tỉnh không trả lời. Hãy thử lại sau ít phút.',
} as const;

export type PageFault = keyof typeof FAULTS;

export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

export const refusalPage = (fault: PageFault): string => `<!doctype html>
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
<main>
<div class="problem" role="alert"><strong>Không đăng nhập được</strong><p>${FAULTS[fault]}</p></div>
<p><a href="/console/log-in">Đăng nhập lại</a></p>
</main>
</body>
</html>
`;
