/**
 * What stands where a credential could: `empty` (or a word for nothing), `switch` (yes, no, a single digit), `path`, `url`, `dummy` (says of itself
 * that it is none), `placeholder` (to be replaced, or one character repeated), `common` (a password that everybody tries first), `text`: anything else.
 */
export type ValueKind = "empty" | "switch" | "path" | "url" | "dummy" | "placeholder" | "common" | "text";

const NOTHING = new Set(["", "null", "none", "nil", "undefined", "unset", "notset", "not-set", "not_set", "n/a"]);
const SWITCHES = new Set(["true", "false", "yes", "no", "on", "off", "enabled", "disabled", "always", "never", "auto"]);
/** What people write when a build insists on a value that it does not use. */
const DUMMIES = /dummy|fake|not[-_ ]?(?:a[-_ ]?)?(?:secret|real|used|needed|important)|unused|ignored|precompile|irrelevant|build[-_]?time/;
const PLACEHOLDERS =
	/change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|it|this|with)|place[-_ ]?holder|example|sample|redacted|your[-_ ]|^your|^<.*>$|^\$(?:\w+|\{\w+\})$|^\[.*\]$|\{\{|\$\{\{|^insert|^enter[-_ ]|^todo|^tbd|goes[-_ ]?here|xxxx|\*\*\*/;
/**
 * What is no credential by itself: encrypted or hashed, to be filled in, or the name of where the credential lies. Source: the
 * documentation of Jasypt 1.9 (`ENC(…)`), Spring Security 6 (`{bcrypt}$2a$…`), Spring Cloud Config 4 (`{cipher}…`), Maven's resources plugin
 * 3 (`@name@`) and vault-env (`vault:path#key`). Read 2026-11.
 */
const INDIRECT = /^enc\(.*\)$|^\{[\w@-]{1,40}\}.|^@[^@]*@$|^vault:[^\s]*[/#]/;
const COMMON = new Set([
	"admin",
	"administrator",
	"demo",
	"foo",
	"bar",
	"foobar",
	"guest",
	"key",
	"mysql",
	"pass",
	"passwd",
	"password",
	"postgres",
	"pwd",
	"qwerty",
	"root",
	"secret",
	"test",
	"testing",
	"testtest",
	"token",
	"toor",
	"user",
	"welcome",
]);

/** Says what a literal is, quotes already taken away. */
export function valueKind(value: string): ValueKind {
	const text = value.trim();
	const lower = text.toLowerCase();
	if (NOTHING.has(lower)) return "empty";
	if (SWITCHES.has(lower) || /^\d$/.test(text)) return "switch";
	if (DUMMIES.test(lower)) return "dummy";
	if (/^[a-z][a-z0-9+.-]*:\/\//.test(lower)) return "url";
	if (isPath(text)) return "path";
	if (PLACEHOLDERS.test(lower) || INDIRECT.test(lower) || fewCharacters(lower)) return "placeholder";
	if (COMMON.has(lower.replace(/[0-9!]+$/, "")) || /^(?:1234(?:5(?:6(?:7(?:8(?:90?)?)?)?)?)?|abc123)$/.test(lower)) return "common";
	return "text";
}

function isPath(text: string): boolean {
	if (/^(?:\.{0,2}\/|~|[A-Za-z]:[\\/]|file:|\$\{?HOME\b)/.test(text)) return !/[+=]/.test(text);
	return /^[\w./-]+\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|toml|ini|conf|cfg|txt|sh|env|properties|xml|gpg|asc|pub)$/i.test(text);
}

/** One or two different characters only: `xxxxxxxx`, `00000000-0000`. */
function fewCharacters(text: string): boolean {
	if (text.length < 3) return false;
	const seen = new Set<string>();
	for (const character of text) {
		if (!"-_.: ".includes(character)) seen.add(character);
		if (seen.size > 2) return false;
	}
	return true;
}

/** Whether a text has the look of a generated key: long enough, letters and digits mixed, many different characters. */
export function looksGenerated(value: string): boolean {
	if (value.length < 16 || /\s/.test(value) || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false;
	return new Set(value).size >= 9 && !isFingerprint(value) && !/^v?\d+(?:\.\d+)+/.test(value);
}

/** The fingerprint or id of an OpenPGP key, or a list of them: public. */
export function isFingerprint(value: string): boolean {
	const text = value.replace(/\s+/g, "");
	return /^(?:0x)?(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{16}|(?:[0-9A-Fa-f]{40})+)$/.test(text);
}

/** A part of a text. */
export interface TextPart {
	readonly at: number;
	readonly end: number;
}

const AUTHORITY = /[^\s/?#"'`<>\\]{0,400}/y;

/** The passwords in `scheme://user:password@host`, without those where a variable or a placeholder stands. */
export function passwordsInUrls(text: string): readonly TextPart[] {
	const found: TextPart[] = [];
	for (let scheme = text.indexOf("://"); scheme !== -1; scheme = text.indexOf("://", scheme + 3)) {
		if (!/[A-Za-z0-9+.-]/.test(text[scheme - 1] ?? "")) continue;
		const start = scheme + 3;
		AUTHORITY.lastIndex = start;
		const authority = AUTHORITY.exec(text)?.[0] ?? "";
		const sign = authority.lastIndexOf("@");
		const colon = authority.indexOf(":");
		if (sign === -1 || colon === -1 || colon > sign) continue;
		const password = authority.slice(colon + 1, sign);
		if (valueKind(password) === "text" && isLiteral(password) && !isExampleHost(authority.slice(sign + 1)))
			found.push({ at: start + colon + 1, end: start + sign });
	}
	return found;
}

/** Whether a connection string (`Server=db;User Id=app;Password=…`, `jdbc:…?user=app&password=…`) has a password written out. */
export function hasPasswordField(text: string): boolean {
	const password = /[;?&]\s{0,4}(?:password|pwd)\s{0,4}=\s{0,4}([^;&\s"']+)/i.exec(text)?.[1];
	return password !== undefined && valueKind(password) === "text" && isLiteral(password);
}

/** Whether no variable of a shell, of a template or of cmd stands in it; `%40` is an encoded character. */
function isLiteral(text: string): boolean {
	return !/[${}()]/.test(text) && !/%(?![0-9A-Fa-f]{2})/.test(text);
}

function isExampleHost(host: string): boolean {
	return /(?:^|\.)example(?:\.(?:com|org|net))?(?::\d+)?$/i.test(host);
}
