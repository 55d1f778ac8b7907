/**
 * ShellCheck's codes for what the shell rules find themselves, by the code of a finding.
 * Source: ShellCheck's wiki, a page for each code. Read 2026-11.
 */
const CODES: Readonly<Record<string, RegExp>> = {
	"bash-syntax-in-sh": /^SC(?:3\d{3}|2039|2112|2113)$/,
	"shell-analysis/syntax-error": /^SC1\d{3}$/,
	"shell-analysis/cd-unguarded": /^SC(?:2164|2103)$/,
	"shell-analysis/rm-empty-variable": /^SC2115$/,
	"shell-analysis/test-not-closed": /^SC(?:1020|1033|1034|1080)$/,
	"shell-analysis/test-one-word": /^SC(?:2077|2157)$/,
	"shell-analysis/test-redirects": /^SC(?:2071|2073)$/,
	"shell-analysis/test-no-number": /^SC(?:2072|2170)$/,
	"shell-analysis/test-unquoted": /^SC(?:2046|2070|2086)$/,
	"shell-analysis/unreachable": /^SC(?:2093|2317)$/,
	"shell-analysis/assignment-blanks": /^SC(?:1007|1068|2283)$/,
	"shell-analysis/assignment-dollar": /^SC1066$/,
	"shell-analysis/redirect-overwrites": /^SC2094$/,
	"shell-analysis/redirect-order": /^SC2069$/,
	"shell-analysis/useless-cat": /^SC2002$/,
	"shell-analysis/tilde-quoted": /^SC2088$/,
	"shell-analysis/find-exec-open": /^SC2067$/,
	"shell-analysis/state-lost": /^SC2034$/,
	"variable-undefined": /^SC2154$/,
};

/** Whether a code of ShellCheck's, in capital letters, is about the same as a finding's code. */
export function isShellCheckCodeOf(findingCode: string, shellCheckCode: string): boolean {
	return CODES[findingCode]?.test(shellCheckCode) === true;
}
